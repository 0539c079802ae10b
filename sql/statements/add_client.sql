-- Adds a client and answers its id; no row when the name is taken.
insert into clients (name, token_hash, token_preview)
values (:name, :token_hash, :token_preview)
on conflict (name) do nothing
returning id
