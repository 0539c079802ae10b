-- Claims every pending request for a new sync, as long as this is the listener's turn: the providers they are about.
with waiting as (
    select id
    from sync_requests
    where
        status = 'pending'
        and exists (select from heartbeats where name = :listener and turn = :turn)
    for update skip locked
),

sync as (
    insert into syncs (id, trigger)
    select cast(:sync_id as uuid), 'manual'
    where exists (select from waiting)
    returning id
),

claimed as (
    update sync_requests
    set status = 'claimed', sync_id = sync.id
    from sync, waiting
    where sync_requests.id = waiting.id
    returning sync_requests.client_id, sync_requests.provider_name
)

select
    array_agg(distinct integrations.provider_name) filter (where integrations.provider_name is not null) as providers
from claimed
left join integrations
    on integrations.client_id = claimed.client_id
    and (claimed.provider_name is null or integrations.provider_name = claimed.provider_name)
    and integrations.is_active
    and integrations.deleted_at is null
having count(*) > 0
