-- Gives up rather than hold up everybody behind a lock that waits: dropping a partition locks the whole table.
select set_config('lock_timeout', '5s', true)
