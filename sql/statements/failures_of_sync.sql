-- Which readings of a sync failed, and why?
select integration_id, provider_name, error_kind, error
from spend_snapshots
where sync_id = :sync_id and status = 'failed'
order by integration_id
