-- Which tokens has a client had, and which still work?
select
    id,
    token_preview,
    expires_at is null or expires_at > clock_timestamp() as works,
    created_at,
    last_used_at,
    expires_at
from client_tokens
where client_id = :client_id
order by id
