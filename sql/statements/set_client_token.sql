-- Replaces a client's token by name and answers its id; the old token is unknown from now on.
update clients
set token_hash = :token_hash, token_preview = :token_preview, updated_at = now()
where name = :name
returning id
