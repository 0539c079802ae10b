-- Which rows answer a request? The snapshots of its sync that are its client's, and its provider's if it named one.
select
    snapshots.integration_id as id,
    snapshots.provider_name,
    snapshots.status,
    snapshots.balance_shown as balance,
    case when snapshots.counted then snapshots.balance_usd end as counted_balance,
    case when snapshots.counted then snapshots.usage_month_usd end as counted_usage_month,
    snapshots.usage_today_usd as usage_today,
    snapshots.usage_month_usd as usage_month,
    snapshots.note,
    snapshots.error,
    snapshots.synced_at
from spend_snapshots as snapshots
where
    snapshots.sync_id = :sync_id
    and (cast(:client_id as bigint) is null or snapshots.client_id = :client_id)
    and (cast(:provider_name as text) is null or snapshots.provider_name = :provider_name)
order by snapshots.integration_id
