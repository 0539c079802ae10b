-- Snapshots: every reading as stored, never changed after; one partition a month of `synced_at`.
create table spend_snapshots (
    sync_id uuid not null references syncs (id),
    integration_id bigint not null references integrations (id),
    client_id bigint not null,
    provider_name text not null,
    synced_at timestamptz not null,
    status text not null check (status in ('read', 'unsupported', 'failed')),

    balance numeric check (balance <> 'NaN'),
    balance_currency text,
    balance_basis text check (balance_basis in ('reported', 'derived', 'manual')),
    balance_usd numeric,

    usage_today numeric check (usage_today <> 'NaN'),
    usage_today_currency text,
    usage_today_basis text check (usage_today_basis in ('reported', 'derived', 'manual')),
    usage_today_usd numeric,

    usage_month numeric check (usage_month <> 'NaN'),
    usage_month_currency text,
    usage_month_basis text check (usage_month_basis in ('reported', 'derived', 'manual')),
    usage_month_usd numeric,

    note text,
    error text,
    error_kind text check (error_kind in ('not_configured', 'refused', 'busy', 'unreadable')),
    as_of timestamptz,
    read_seconds numeric not null,

    primary key (integration_id, synced_at, sync_id),
    constraint balance_has_its_unit check (num_nulls(balance, balance_currency, balance_basis) in (0, 3)),
    constraint usage_today_has_its_unit check (num_nulls(usage_today, usage_today_currency, usage_today_basis) in (0, 3)),
    constraint usage_month_has_its_unit check (num_nulls(usage_month, usage_month_currency, usage_month_basis) in (0, 3)),
    constraint failed_says_why check ((status = 'failed') = (error is not null) and num_nulls(error, error_kind) in (0, 2)),
    constraint only_read_has_figures check (status = 'read' or num_nonnulls(balance, usage_today, usage_month) = 0)
) partition by range (synced_at);

create index spend_snapshots_of_sync on spend_snapshots (sync_id);
create index spend_snapshots_of_client on spend_snapshots (client_id, synced_at);

comment on table spend_snapshots is 'what each provider said of each integration, at each sync; null is unknown, never 0';
comment on column spend_snapshots.balance is 'exactly as sent, in balance_currency; balance_usd is null where that is not USD';
comment on column spend_snapshots.as_of is 'the provider''s own time for its figures, where it gives one';

create function ensure_spend_snapshots_partition(moment timestamptz) returns void
language plpgsql as $$
declare
    month_start timestamp := date_trunc('month', moment at time zone 'UTC');
    partition_name text := 'spend_snapshots_' || to_char(month_start, 'YYYYMM');
begin
    if to_regclass(partition_name) is null then
        perform pg_advisory_xact_lock(hashtext('spend_snapshots partitions'));
        execute format(
            'create table if not exists %I partition of spend_snapshots for values from (%L) to (%L)',
            partition_name,
            month_start at time zone 'UTC',
            (month_start + interval '1 month') at time zone 'UTC'
        );
    end if;
end
$$;
