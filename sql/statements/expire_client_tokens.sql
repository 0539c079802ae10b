-- Lets every token of a client expire in so many seconds, or sooner where it would have; answers which were working.
update client_tokens
set expires_at = least(expires_at, clock_timestamp() + make_interval(secs => cast(:seconds as double precision)))
where client_id = :client_id and (expires_at is null or expires_at > clock_timestamp())
returning id
