-- Queues a manual sync and wakes the sensor that listens for one.
with added as (
    insert into sync_requests (id, client_id, provider_name)
    values (:id, :client_id, :provider_name)
    returning id
)

select pg_notify('sync_requested', id::text) from added
