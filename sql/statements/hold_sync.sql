-- Waits until no other run works on this sync, and holds it until this connection closes.
select pg_advisory_lock(hashtextextended(:sync_id, 0))
