-- How many seconds ago did anybody listen for sync requests?
select extract(epoch from clock_timestamp() - max(beat_at)) as seconds
from heartbeats
