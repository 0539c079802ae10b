-- Counts another try of a sync whose run is gone.
update syncs
set attempts = attempts + 1, progressed_at = now()
where id = :sync_id and finished_at is null and attempts = :attempts
returning attempts
