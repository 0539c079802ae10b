-- Years of readings for every integration, of the scheduled syncs :first to :last back from midnight, each 4 hours.
insert into spend_snapshots (
    sync_id, integration_id, client_id, provider_name, synced_at, status,
    balance, balance_currency, balance_basis, balance_usd,
    usage_today, usage_today_currency, usage_today_basis, usage_today_usd,
    usage_month, usage_month_currency, usage_month_basis, usage_month_usd, read_seconds
)
select
    syncs.id, integrations.id, integrations.client_id, integrations.provider_name, syncs.synced_at, 'read',
    figures.balance, 'USD', 'reported', figures.balance,
    figures.today, 'USD', 'reported', figures.today,
    figures.month, 'USD', 'reported', figures.month, 0.150
from syncs
cross join integrations
cross join lateral (
    select
        extract(hour from syncs.synced_at at time zone 'UTC') + integrations.id % 7 as today,
        25 * extract(day from syncs.synced_at at time zone 'UTC')
        + extract(hour from syncs.synced_at at time zone 'UTC') as month,
        5000 - 10 * extract(day from syncs.synced_at at time zone 'UTC') as balance
) as figures
where syncs.attempts between :first and :last
