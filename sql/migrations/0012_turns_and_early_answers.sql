-- Listeners take turns: a beat belongs to one turn of its listener, and a turn that was taken over claims nothing more.
alter table heartbeats add column turn uuid;

comment on column heartbeats.turn is 'the turn that beats: one that another has replaced has lost whoever would run what it claims';

-- A client that waits is answered while the sync still reads for others: from the first row on, its clock stands.
alter table syncs add column first_snapshot_at timestamptz;

update syncs set first_snapshot_at = snapshots_taken_at;

comment on column syncs.first_snapshot_at is 'when the first rows were written: synced_at never changes after';
