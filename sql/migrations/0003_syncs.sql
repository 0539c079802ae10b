-- Syncs: one execution over a scope, one Dagster run; and the manual requests that somebody waits for.
create table syncs (
    id uuid primary key,
    trigger text not null check (trigger in ('manual', 'schedule', 'ui', 'cli')),
    client_id bigint references clients (id),
    provider_names text[],
    run_id text,
    attempts integer not null default 1,
    created_at timestamptz not null default now(),
    progressed_at timestamptz not null default now(),
    synced_at timestamptz,
    snapshots_taken_at timestamptz,
    finished_at timestamptz,
    error text
);

create index syncs_unfinished on syncs (created_at) where finished_at is null;

comment on column syncs.synced_at is 'the one clock reading of the sync: today and month are its UTC day and month';
comment on column syncs.progressed_at is 'the last sign of life of the run that works on it';

create table sync_requests (
    id uuid primary key,
    client_id bigint not null references clients (id),
    provider_name text,
    status text not null default 'pending' check (status in ('pending', 'claimed', 'done', 'failed')),
    requested_at timestamptz not null default now(),
    sync_id uuid references syncs (id),
    finished_at timestamptz,
    error text,
    constraint claimed_by_a_sync check ((status = 'pending') = (sync_id is null))
);

create index sync_requests_pending on sync_requests (requested_at) where status = 'pending';
create index sync_requests_of_sync on sync_requests (sync_id);

create function integrations_in_scope(of_sync uuid) returns setof integrations
language sql stable as $$
    select integrations.*
    from syncs
    inner join integrations
        on integrations.provider_name = any(syncs.provider_names)
        and (syncs.client_id is null or integrations.client_id = syncs.client_id)
    inner join clients
        on clients.id = integrations.client_id
        and clients.is_active
    where
        syncs.id = of_sync
        and integrations.is_active
        and integrations.deleted_at is null
        and (
            syncs.trigger <> 'manual'
            or exists (
                select
                from sync_requests
                where
                    sync_requests.sync_id = of_sync
                    and sync_requests.client_id = integrations.client_id
                    and coalesce(sync_requests.provider_name, integrations.provider_name) = integrations.provider_name
            )
        )
$$;

comment on function integrations_in_scope is 'the active integrations a sync is to read: of all, of one client, or of whoever requested it';

create table heartbeats (
    name text primary key,
    beat_at timestamptz not null
);
