-- What was spent in each UTC month, by integration: as the provider says it, else as its days add up?
create or replace view monthly_spend as
with days as (
    select
        client,
        client_id,
        provider_name,
        integration_id,
        key_label,
        date_trunc('month', day)::date as month,
        currency,
        sum(spend) + sum(restated) as spend_by_days,
        sum(spend_usd) + sum(restated_usd) as spend_by_days_usd,
        sum(restated) as restated,
        bool_or(is_partial) as is_partial,
        bool_and(counted) as counted
    from daily_spend
    group by client, client_id, provider_name, integration_id, key_label, date_trunc('month', day), currency
),

reported as (
    select * from month_reported('-infinity', 'infinity')
)

select
    days.client,
    days.client_id,
    days.provider_name,
    days.integration_id,
    days.key_label,
    days.month,
    days.currency,
    coalesce(reported.spend, days.spend_by_days) as spend,
    case when reported.spend is null then days.spend_by_days_usd else reported.spend_usd end as spend_usd,
    case when reported.spend is null then 'derived' else 'reported' end as basis,
    days.spend_by_days,
    days.restated,
    reported.read_until,
    case
        when reported.spend is null then days.is_partial
        else reported.read_until < (days.month + interval '1 month') at time zone 'UTC' - interval '15 minutes'
    end as is_partial,
    days.counted
from days
left join reported
    on reported.integration_id = days.integration_id
    and reported.month = days.month
-- Days in another currency than the month was last told in are in that figure already.
where reported.currency is null or reported.currency = days.currency;

comment on view monthly_spend is 'spend by UTC month: one row an integration and month, and currency where it has no reported figure';
comment on column monthly_spend.client is 'the client''s name';
comment on column monthly_spend.client_id is 'the client''s id';
comment on column monthly_spend.provider_name is 'the provider';
comment on column monthly_spend.integration_id is 'the integration''s id';
comment on column monthly_spend.key_label is 'the label a person gave it';
comment on column monthly_spend.month is 'the first day of the UTC month';
comment on column monthly_spend.currency is 'an upper-case ISO code, or the lower-case name of a unit that is not money';
comment on column monthly_spend.spend is 'the month''s last reading where the provider counts by calendar month, else the sum of its days';
comment on column monthly_spend.spend_usd is 'the same in US dollars; null where it is not money or no rate is known';
comment on column monthly_spend.basis is 'reported by the provider, or derived: the sum of the days';
comment on column monthly_spend.spend_by_days is 'what daily_spend adds up to, restatements included';
comment on column monthly_spend.restated is 'the part of that which the provider took back later: 0 or negative';
comment on column monthly_spend.read_until is 'when the reported figure was read: what was spent in the month after that is not in it';
comment on column monthly_spend.is_partial is 'true while read_until is more than a quarter of an hour before the month''s end; of derived figures, where a day is partial';
comment on column monthly_spend.counted is 'false for a second integration of an account that another one reads: leave it out of sums';
