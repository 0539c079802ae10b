-- Analytics: a role that may read the views and nothing else, which views are applied, and spend by day as rolled up.
do $$
begin
    if not exists (select from pg_roles where rolname = 'spend_reader') then
        create role spend_reader nologin;
    end if;
exception
    -- Roles belong to the whole server: another database may be making it at this very moment, or ours may not make any.
    when duplicate_object or unique_violation then null;
    when insufficient_privilege then raise notice 'no right to create the role spend_reader: the views work without it';
end
$$;

create table applied_views (
    name text primary key,
    kind text not null check (kind in ('view', 'function')),
    place integer not null,
    checksum text not null,
    applied_at timestamptz not null default now()
);

comment on table applied_views is 'the views and functions of sql/views that this database has, and from which text';

create table spend_days (
    integration_id bigint not null references integrations (id),
    day date not null,
    since date not null,
    currency text not null,
    spend numeric not null check (spend >= 0),
    restated numeric not null,
    spend_usd numeric,
    restated_usd numeric,
    basis text not null check (basis in ('reported', 'derived')),
    is_partial boolean not null,
    counted boolean not null,
    primary key (day, integration_id)
);

comment on table spend_days is 'spend by day as the asset daily_spend rolled it up from snapshots: what the view daily_spend computes';

create table spend_forecasts (
    day date not null,
    client_id bigint not null references clients (id),
    provider_name text not null,
    spent_usd numeric not null,
    days_of_history integer not null,
    forecast_usd numeric,
    low_usd numeric,
    high_usd numeric,
    primary key (day, client_id, provider_name)
);

comment on table spend_forecasts is 'what the month of a day will have cost by its end, as foreseen on that day; null while there is too little history';

create function grant_to_reader(name text, kind text) returns void
language plpgsql as $$
declare
    what text := case kind when 'function' then format('function %I', name) else format('%I', name) end;
    may text := case kind when 'function' then 'execute' else 'select' end;
begin
    execute format('revoke all on %s from public', what);
    if exists (select from pg_roles where rolname = 'spend_reader') then
        execute format('grant %s on %s to spend_reader', may, what);
    end if;
end
$$;

comment on function grant_to_reader is 'spend_by_day reads with its owner''s rights, so public must not call it';
