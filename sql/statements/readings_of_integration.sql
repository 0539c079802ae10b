-- What did each reading of an integration say, from a moment on and behind the last one that was shown, in order of time?
select
    synced_at,
    sync_id,
    status,
    balance, balance_currency, balance_basis, balance_usd,
    usage_today, usage_today_currency, usage_today_basis, usage_today_usd,
    usage_month, usage_month_currency, usage_month_basis, usage_month_usd,
    cycle_start,
    cycle_end,
    note,
    error
from spend_snapshots
where
    integration_id = :integration_id
    and client_id = :client_id
    and synced_at >= :from
    and synced_at < :to
    and (
        cast(:shown as uuid) is null
        or (synced_at, sync_id) > (:from, cast(:shown as uuid))
    )
order by synced_at, sync_id
limit :limit
