-- Ends these syncs well, settles their requests and wakes whoever waits for one.
with finished as (
    update syncs
    set finished_at = now(), progressed_at = now()
    where id = any(cast(:sync_ids as uuid[])) and finished_at is null
    returning id
),

settled as (
    update sync_requests
    set status = 'done', finished_at = now()
    from finished
    where sync_requests.sync_id = finished.id and sync_requests.status = 'claimed'
    returning sync_requests.id
)

select pg_notify('sync_settled', id::text) from settled
