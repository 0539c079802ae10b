-- Waits until nobody else divides this sync into parts, and keeps others waiting until the transaction ends.
select pg_advisory_xact_lock(hashtextextended(:whole, 0))
