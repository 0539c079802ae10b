-- Brings the billing state of integrations up to the newest snapshot of these syncs; a newer state is left alone.
with unapplied as (
    select snapshots.*
    from spend_snapshots as snapshots
    inner join integrations
        on integrations.id = snapshots.integration_id
    where
        snapshots.sync_id = any(cast(:sync_ids as uuid[]))
        and (integrations.billing_attempted_at is null or snapshots.synced_at > integrations.billing_attempted_at)
),

good as (
    select distinct on (integration_id) *
    from unapplied
    where status <> 'failed'
    order by integration_id, synced_at desc
),

latest as (
    select distinct on (unapplied.integration_id)
        unapplied.*,
        count(*) filter (
            where unapplied.status = 'failed' and (good.synced_at is null or unapplied.synced_at > good.synced_at)
        ) over (partition by unapplied.integration_id) as failures_since_good
    from unapplied
    left join good
        on good.integration_id = unapplied.integration_id
    order by unapplied.integration_id, unapplied.synced_at desc
)

update integrations
set
    cached_balance = case when good.sync_id is null then cached_balance else good.balance_shown end,
    cached_currency = case
        when good.sync_id is null then cached_currency
        when good.balance_currency ~ '^[a-z]' then good.balance_currency
        else 'USD'
    end,
    cached_usage_today = case when good.sync_id is null then cached_usage_today else good.usage_today_usd end,
    cached_usage_month = case when good.sync_id is null then cached_usage_month else good.usage_month_usd end,
    billing_note = case when good.sync_id is null then billing_note else good.note end,
    billing_synced_at = coalesce(good.synced_at, billing_synced_at),
    billing_attempted_at = latest.synced_at,
    billing_sync_error = latest.error,
    billing_sync_error_kind = latest.error_kind,
    consecutive_failures = latest.failures_since_good
    + case when good.sync_id is null then consecutive_failures else 0 end
from latest
left join good
    on good.integration_id = latest.integration_id
where integrations.id = latest.integration_id
