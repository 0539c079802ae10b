-- The next sealed addresses of channels by id: all of them, or those that are under another key than this one.
select id, client_id, address as sealed
from alert_channels
where
    id > :after
    and address <> ''
    and (cast(:but_under as text) is null or split_part(address, '.', 2) <> :but_under)
order by id
limit :at_most
