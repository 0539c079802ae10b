-- Which syncs are under way, and for how many seconds has each shown no sign of life?
select
    id,
    run_id,
    attempts,
    snapshots_taken_at is not null as taken,
    provider_names,
    part_of,
    progressed_at,
    extract(epoch from now() - progressed_at) as silent_seconds
from syncs
where finished_at is null
order by created_at
