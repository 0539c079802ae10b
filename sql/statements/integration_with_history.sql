-- Is there an integration of this client with this id, removed at most so many days ago?
select id, provider_name
from integrations
where
    id = :id
    and client_id = :client_id
    and (deleted_at is null or deleted_at > now() - make_interval(days => :kept_days))
