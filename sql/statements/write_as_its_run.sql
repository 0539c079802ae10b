-- Is this run still the one that works on the sync? Until the transaction ends, no other takes it up.
select id
from syncs
where id = :sync_id and run_id = :run_id
for update
