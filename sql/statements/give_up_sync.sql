-- Ends a sync that was tried often enough, fails its requests by name and wakes whoever waits for one.
with finished as (
    update syncs
    set finished_at = now(), error = :error
    where id = :sync_id and finished_at is null
    returning id
),

settled as (
    update sync_requests
    set status = 'failed', finished_at = now(), error = :error
    from finished
    where sync_requests.sync_id = finished.id and sync_requests.status = 'claimed'
    returning sync_requests.id
)

select pg_notify('sync_settled', id::text) from settled
