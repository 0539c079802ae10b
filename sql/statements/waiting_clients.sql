-- Which clients wait for this sync?
select distinct client_id
from sync_requests
where sync_id = :sync_id and status = 'claimed'
