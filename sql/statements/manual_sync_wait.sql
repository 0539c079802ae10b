-- How many seconds until the client's minute is over, and at what Unix time is that?
select
    greatest(0, least(:seconds, extract(epoch from manual_sync_at - clock_timestamp()) + :seconds)) as seconds,
    extract(epoch from clock_timestamp()) as now
from clients
where id = :client_id
