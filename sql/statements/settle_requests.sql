-- Settles the requests of clients whose snapshots of this sync are all there, and wakes whoever waits for one.
with progressed as (
    update syncs
    set first_snapshot_at = coalesce(first_snapshot_at, now()), progressed_at = now()
    where id = :sync_id
),

settled as (
    update sync_requests
    set status = 'done', finished_at = now()
    where sync_id = :sync_id and client_id = any(:client_ids) and status = 'claimed'
    returning id
)

select pg_notify('sync_settled', id::text) from settled
