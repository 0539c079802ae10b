-- Which sync does a run's asset checks look at? Its own, or the last one whose snapshots were taken.
select id
from syncs
where id = :sync_id or snapshots_taken_at is not null
order by (id = :sync_id) desc, snapshots_taken_at desc
limit 1
