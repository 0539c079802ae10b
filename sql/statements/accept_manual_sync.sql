-- Takes the client's minute if it is free. A time in the future (the clock was set back) never blocks.
update clients
set manual_sync_at = clock_timestamp()
where
    id = :client_id
    and (
        manual_sync_at is null
        or manual_sync_at <= clock_timestamp() - make_interval(secs => :seconds)
        or manual_sync_at > clock_timestamp() + interval '5 seconds'
    )
returning manual_sync_at
