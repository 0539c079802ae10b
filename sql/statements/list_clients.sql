-- Which clients are there, and how many integrations has each?
select
    clients.id,
    clients.name,
    clients.token_preview,
    clients.is_active,
    count(integrations.id) as integrations,
    clients.created_at
from clients
left join integrations
    on integrations.client_id = clients.id
    and integrations.deleted_at is null
group by clients.id
order by clients.id
