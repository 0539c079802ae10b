-- Starts a sync, or takes it up again: its clock reading moves until its first snapshot is there, never after.
insert into syncs (id, trigger, run_id, client_id, provider_names, synced_at)
values (:sync_id, :trigger, :run_id, :client_id, :provider_names, :now)
on conflict (id) do update
set
    run_id = excluded.run_id,
    client_id = coalesce(syncs.client_id, excluded.client_id),
    provider_names = coalesce(syncs.provider_names, excluded.provider_names),
    synced_at = case when syncs.first_snapshot_at is null then excluded.synced_at else syncs.synced_at end,
    progressed_at = now()
returning synced_at, snapshots_taken_at is not null as taken, trigger
