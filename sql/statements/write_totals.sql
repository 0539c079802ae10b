-- Sums these syncs' snapshots, a row a client; nulls, failures and accounts counted already add nothing.
insert into spend_totals (
    sync_id, client_id, synced_at, synced, failed, total_balance, total_usage_today, total_usage_month
)
select
    sync_id,
    client_id,
    synced_at,
    count(*) filter (where status <> 'failed'),
    count(*) filter (where status = 'failed'),
    coalesce(sum(balance_usd) filter (where counted), 0),
    coalesce(sum(usage_today_usd) filter (where counted), 0),
    coalesce(sum(usage_month_usd) filter (where counted), 0)
from spend_snapshots
where sync_id = any(cast(:sync_ids as uuid[]))
group by sync_id, client_id, synced_at
on conflict do nothing
