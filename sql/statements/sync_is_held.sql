-- Is some run at work on this sync right now?
select not pg_try_advisory_xact_lock(hashtextextended(:sync_id, 0)) as held
