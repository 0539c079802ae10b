-- How many active integrations has a client, in all and of one provider?
select
    count(*) as active,
    count(*) filter (where provider_name = :provider_name) as of_provider
from integrations
where client_id = :client_id and is_active and deleted_at is null
