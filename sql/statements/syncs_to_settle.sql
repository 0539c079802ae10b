-- Which syncs does a run settle? Its own, or, where it took no snapshots itself, every one that waits to be settled.
select id
from syncs
where
    snapshots_taken_at is not null
    and finished_at is null
    and (id = :sync_id or not exists (select from syncs where id = :sync_id))
