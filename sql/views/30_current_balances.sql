-- What does each integration have and spend, by its last good reading, and how old is that?
create or replace view current_balances as
select
    clients.name as client,
    integrations.client_id,
    integrations.provider_name,
    integrations.id as integration_id,
    integrations.key_label,
    integrations.is_active,
    last_good.balance,
    last_good.balance_currency,
    last_good.balance_basis,
    last_good.balance_usd,
    last_good.usage_today,
    last_good.usage_today_currency,
    last_good.usage_today_basis,
    last_good.usage_today_usd,
    last_good.usage_month,
    last_good.usage_month_currency,
    last_good.usage_month_basis,
    last_good.usage_month_usd,
    last_good.cycle_start,
    last_good.cycle_end,
    last_good.counted,
    integrations.billing_synced_at as read_at,
    asked_at() - integrations.billing_synced_at as age,
    integrations.billing_attempted_at as attempted_at,
    integrations.billing_sync_error as error,
    integrations.billing_sync_error_kind as error_kind,
    integrations.consecutive_failures,
    integrations.billing_note as note,
    resting_until(integrations, asked_at()) as resting_until
from integrations
inner join clients
    on clients.id = integrations.client_id
-- The moment is known, so one partition is looked into, by its key.
left join lateral (
    select *
    from spend_snapshots as snapshots
    where
        snapshots.integration_id = integrations.id
        and snapshots.synced_at = integrations.billing_synced_at
        and snapshots.status <> 'failed'
    limit 1
) as last_good on true
where integrations.deleted_at is null;

comment on view current_balances is 'what each integration has and spends, by its last good reading: one row an integration; null is unknown, never 0';
comment on column current_balances.client is 'the client''s name';
comment on column current_balances.client_id is 'the client''s id';
comment on column current_balances.provider_name is 'the provider, as in `spend providers`';
comment on column current_balances.integration_id is 'the integration''s id, as in `spend integrations list`';
comment on column current_balances.key_label is 'the label a person gave it';
comment on column current_balances.is_active is 'whether syncs read it';
comment on column current_balances.balance is 'what is left, exactly as sent, in balance_currency';
comment on column current_balances.balance_currency is 'an upper-case ISO code, or the lower-case name of a unit that is not money';
comment on column current_balances.balance_basis is 'reported by the provider, or manual: recorded by a person and kept current by the spend read since';
comment on column current_balances.balance_usd is 'the same in US dollars; null where it is not money or no exchange rate is known';
comment on column current_balances.usage_today is 'spent on the UTC day of read_at, up to then';
comment on column current_balances.usage_today_currency is 'of usage_today';
comment on column current_balances.usage_today_basis is 'reported, or null where the provider does not tell';
comment on column current_balances.usage_today_usd is 'usage_today in US dollars';
comment on column current_balances.usage_month is 'spent in the UTC month of read_at, or in the billing cycle that cycle_start names';
comment on column current_balances.usage_month_currency is 'of usage_month';
comment on column current_balances.usage_month_basis is 'reported, or null where the provider does not tell';
comment on column current_balances.usage_month_usd is 'usage_month in US dollars';
comment on column current_balances.cycle_start is 'the first day of the billing cycle, where the provider counts by one';
comment on column current_balances.cycle_end is 'its last day';
comment on column current_balances.counted is 'false for a second integration of an account that another one reads: leave it out of sums';
comment on column current_balances.read_at is 'when the figures were read';
comment on column current_balances.age is 'how long ago that was';
comment on column current_balances.attempted_at is 'the last sync that tried, good or failed';
comment on column current_balances.error is 'why the last sync failed here; null when it did not';
comment on column current_balances.error_kind is 'not_configured, refused, busy or unreadable: who can act on it';
comment on column current_balances.consecutive_failures is 'syncs that failed here in a row';
comment on column current_balances.note is 'what a person should know of the figures';
comment on column current_balances.resting_until is 'until when automatic syncs leave it alone, as the provider asked or because it keeps failing; null where they do not';
