-- Marks a sync's snapshots as all there.
update syncs
set snapshots_taken_at = now(), first_snapshot_at = coalesce(first_snapshot_at, now()), progressed_at = now()
where id = :sync_id
