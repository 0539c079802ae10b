-- Begins a listener's turn: whatever turn of it was still listening claims nothing more.
insert into heartbeats (name, turn, beat_at)
values (:name, :turn, clock_timestamp())
on conflict (name) do update
set turn = excluded.turn, beat_at = excluded.beat_at
