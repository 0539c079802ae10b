-- Waits until no other run evaluates the budgets, and holds them until this transaction ends.
select pg_advisory_xact_lock(hashtext('spend-pipeline alerts'))
