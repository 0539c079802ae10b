-- Counts another try of a sync whose run is gone; should that one still live, it writes no more.
update syncs
set attempts = attempts + 1, run_id = null, progressed_at = now()
where id = :sync_id and finished_at is null and attempts = :attempts and progressed_at = :progressed_at
returning attempts
