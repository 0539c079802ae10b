-- The next sealed credentials by id: all of them, or those that are under another key than this one.
select id, client_id, credentials as sealed
from integrations
where
    id > :after
    and credentials <> ''
    and (cast(:but_under as text) is null or split_part(credentials, '.', 2) <> :but_under)
order by id
limit :at_most
