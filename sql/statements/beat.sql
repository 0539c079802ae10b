-- Says that a turn is still listening; answers nothing where another has taken over.
update heartbeats
set beat_at = clock_timestamp()
where name = :name and turn = :turn
returning name
