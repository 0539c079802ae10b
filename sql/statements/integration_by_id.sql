-- What is the integration with this id, sealed credentials included?
select id, client_id, provider_name, credentials
from integrations
where id = :id and deleted_at is null
