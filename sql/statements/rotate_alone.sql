-- Waits until nobody else rotates keys here, and keeps others waiting until this connection closes.
select pg_advisory_lock(hashtext('spend-pipeline secrets'))
