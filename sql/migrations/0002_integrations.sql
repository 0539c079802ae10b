-- Integrations: one client's account at one provider, its sealed credentials and its billing state.
create table integrations (
    id bigint generated always as identity primary key,
    client_id bigint not null references clients (id),
    provider_name text not null check (provider_name <> ''),
    key_label text not null default '',
    credentials text not null,
    key_preview jsonb not null,
    is_active boolean not null default true,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    deleted_at timestamptz,

    recorded_balance numeric check (recorded_balance <> 'NaN'),
    recorded_balance_currency text,
    recorded_balance_as_of timestamptz,

    cached_balance numeric,
    cached_usage_today numeric,
    cached_usage_month numeric,
    billing_synced_at timestamptz,
    billing_attempted_at timestamptz,
    billing_sync_error text,
    billing_sync_error_kind text,
    billing_note text,
    consecutive_failures integer not null default 0,

    constraint recorded_balance_is_whole check (
        num_nulls(recorded_balance, recorded_balance_currency, recorded_balance_as_of) in (0, 3)
    )
);

create index integrations_of_client on integrations (client_id, provider_name) where deleted_at is null;

comment on column integrations.credentials is 'sealed with AES-256-GCM, bound to this row by client and integration id';
comment on column integrations.cached_balance is 'USD, of the last good reading; a failure leaves it and its billing_synced_at alone';
comment on column integrations.billing_attempted_at is 'the sync whose snapshot was applied last, good or failed';
