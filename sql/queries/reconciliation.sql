-- Does what each provider says of this month and the last agree with the sum of our days?
with bounds as (
    select (date_trunc('month', asked_day()::timestamp) - interval '1 month')::date as last_month
),

days as (
    select
        spent.client,
        spent.provider_name,
        spent.integration_id,
        date_trunc('month', spent.day::timestamp)::date as month,
        spent.currency,
        sum(spent.spend + spent.restated) as sum_of_days,
        sum(spent.spend + spent.restated) filter (where spent.basis = 'derived') as of_it_derived,
        sum(spent.restated) as of_it_restated
    from bounds
    cross join lateral spend_by_day(bounds.last_month, asked_day()) as spent
    where is_asked(spent.client)
    group by
        spent.client,
        spent.provider_name,
        spent.integration_id,
        date_trunc('month', spent.day::timestamp),
        spent.currency
)

select
    days.client,
    days.provider_name,
    days.integration_id,
    days.month,
    days.currency,
    reported.spend as month_reported,
    days.sum_of_days,
    coalesce(days.of_it_derived, 0) as of_it_derived,
    days.of_it_restated,
    reported.spend - days.sum_of_days as difference,
    round(100 * (reported.spend - days.sum_of_days) / nullif(reported.spend, 0), 2) as off_percent
from days
inner join month_reported((select last_month from bounds), asked_day()) as reported
    on reported.integration_id = days.integration_id
    and reported.month = days.month
    and reported.currency = days.currency
order by abs(reported.spend - days.sum_of_days) desc, days.client, days.integration_id, days.month
