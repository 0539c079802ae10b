-- Adds a client and answers its id; no row when the name is taken.
insert into clients (name)
values (:name)
on conflict (name) do nothing
returning id
