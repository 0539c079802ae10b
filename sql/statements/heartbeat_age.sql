-- How many seconds ago was the last beat?
select extract(epoch from clock_timestamp() - beat_at) as seconds
from heartbeats
where name = :name
