-- Which clients are there, how many integrations has each, and how many tokens that work: used last when, until when?
with working as (
    select
        client_id,
        count(*) filter (where expires_at is null or expires_at > clock_timestamp()) as tokens,
        max(last_used_at) as last_used_at,
        nullif(
            max(coalesce(expires_at, 'infinity')) filter (
                where expires_at is null or expires_at > clock_timestamp()
            ),
            'infinity'
        ) as expires_at
    from client_tokens
    group by client_id
)

select
    clients.id,
    clients.name,
    clients.is_active,
    count(integrations.id) as integrations,
    coalesce(working.tokens, 0) as tokens,
    working.last_used_at,
    working.expires_at,
    clients.created_at
from clients
left join integrations
    on integrations.client_id = clients.id
    and integrations.deleted_at is null
left join working
    on working.client_id = clients.id
group by clients.id, working.tokens, working.last_used_at, working.expires_at
order by clients.id
