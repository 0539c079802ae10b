-- How far is a client's sync request?
select id, client_id, provider_name, status, sync_id, error
from sync_requests
where id = :id and client_id = :client_id
