-- What do a sync's snapshots add up to, a row a client?
select client_id, synced, failed, total_balance, total_usage_today, total_usage_month
from spend_totals
where sync_id = :sync_id
order by client_id
