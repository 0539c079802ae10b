-- Waits until no other run rolls up: a schedule and a backfill may be at the same day.
select pg_advisory_xact_lock(hashtext('spend-pipeline roll-up'))
