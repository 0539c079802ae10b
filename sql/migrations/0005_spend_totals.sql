-- Totals: what each sync's snapshots of a client add up to, in USD.
create table spend_totals (
    sync_id uuid not null references syncs (id),
    client_id bigint not null references clients (id),
    synced_at timestamptz not null,
    synced integer not null,
    failed integer not null,
    total_balance numeric not null,
    total_usage_today numeric not null,
    total_usage_month numeric not null,
    primary key (sync_id, client_id)
);

create index spend_totals_of_client on spend_totals (client_id, synced_at);

comment on table spend_totals is 'sums over the figures present: nulls and failed readings add nothing';
