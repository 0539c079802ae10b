-- Gives a client another token, for so many seconds or, where they are null, for ever.
insert into client_tokens (client_id, token_hash, token_preview, expires_at)
values (:client_id, :token_hash, :token_preview, now() + make_interval(secs => cast(:seconds as double precision)))
returning id, expires_at
