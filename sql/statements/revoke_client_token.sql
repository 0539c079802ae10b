-- Ends one token of a client now and answers its id; no row where the client has no such token that works.
update client_tokens
set expires_at = clock_timestamp()
where
    id = :id
    and client_id = :client_id
    and (expires_at is null or expires_at > clock_timestamp())
returning id
