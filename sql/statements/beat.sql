-- Says that the one who beats is alive.
insert into heartbeats (name, beat_at)
values (:name, clock_timestamp())
on conflict (name) do update
set beat_at = excluded.beat_at
