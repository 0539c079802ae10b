-- Budgets and alerts: thresholds beside the spend limit, what was told of them, where it is told, and whether it arrived.
alter table integrations
    add column low_balance_amount numeric check (low_balance_amount >= 0 and low_balance_amount < 1e12),
    add column low_days_left integer check (low_days_left between 1 and 3650);

comment on column integrations.low_balance_amount is 'USD: an alert fires when the balance falls below';
comment on column integrations.low_days_left is 'an alert fires when the balance lasts fewer days at the pace of the last fortnight';

alter table clients
    add column spend_limit_amount numeric check (spend_limit_amount >= 0 and spend_limit_amount < 1e12),
    add column spend_limit_period text not null default 'monthly' check (spend_limit_period in ('daily', 'monthly')),
    add column low_balance_amount numeric check (low_balance_amount >= 0 and low_balance_amount < 1e12),
    add column low_days_left integer check (low_days_left between 1 and 3650);

comment on column clients.spend_limit_amount is 'USD a spend_limit_period, over all integrations together, each account once; it warns';
comment on column clients.low_balance_amount is 'USD, over all integrations together';
comment on column clients.low_days_left is 'of all balances in US dollars together, at their pace together';

create table alerts (
    id bigint generated always as identity primary key,
    client_id bigint not null references clients (id),
    integration_id bigint references integrations (id),
    kind text not null check (kind in ('spend_limit', 'low_balance', 'low_days_left')),
    period text check (period in ('daily', 'monthly')),
    period_start date,
    action text check (action in ('warn', 'block')),
    threshold numeric not null,
    figure numeric not null,
    fired_at timestamptz not null,
    ended_at timestamptz,
    ended_because text check (ended_because in ('recovered', 'new_period', 'not_watched')),
    ended_figure numeric,
    constraint limits_have_a_period check (
        num_nulls(period, period_start, action) = case kind when 'spend_limit' then 0 else 3 end
    ),
    constraint ended_for_a_reason check ((ended_at is null) = (ended_because is null))
);

create unique index alerts_open on alerts (client_id, coalesce(integration_id, 0), kind) where ended_at is null;
create index alerts_of_client on alerts (client_id, id);
create index alerts_of_integration on alerts (integration_id);

comment on table alerts is 'budgets that were crossed: one row a crossing, open until it ended; a budget has one open alert at most';
comment on column alerts.integration_id is 'null: of all the client''s integrations together';
comment on column alerts.period_start is 'the UTC day or month whose spend went above the limit';
comment on column alerts.figure is 'USD, or days, when it fired';
comment on column alerts.fired_at is 'the clock reading of the run that saw it';
comment on column alerts.ended_because is
'recovered: the figure is back; new_period: a new day or month began; not_watched: the budget or the integration is gone or switched off';

create table alert_channels (
    id bigint generated always as identity primary key,
    client_id bigint not null references clients (id),
    kind text not null check (kind in ('slack', 'discord', 'teams', 'webhook', 'email')),
    label text not null default '',
    address text check (address <> ''),
    preview text not null,
    created_at timestamptz not null default now(),
    removed_at timestamptz,
    constraint address_goes_with_it check ((address is null) = (removed_at is not null))
);

create index alert_channels_of_client on alert_channels (client_id) where removed_at is null;

comment on table alert_channels is 'where a client is told of its alerts';
comment on column alert_channels.address is
'where to send, and the secret that signs: sealed with AES-256-GCM, bound to this row by client and channel id';

create table alert_deliveries (
    id uuid primary key default gen_random_uuid(),
    alert_id bigint not null references alerts (id) on delete cascade,
    client_id bigint not null references clients (id),
    channel_id bigint references alert_channels (id),
    event text not null check (event in ('fired', 'recovered')),
    created_at timestamptz not null default now(),
    attempts integer not null default 0,
    attempted_at timestamptz,
    sending_until timestamptz,
    error text,
    delivered_at timestamptz,
    given_up_at timestamptz
);

create unique index alert_deliveries_once on alert_deliveries (alert_id, event, coalesce(channel_id, 0));
create index alert_deliveries_waiting on alert_deliveries (created_at) where delivered_at is null and given_up_at is null;

comment on table alert_deliveries is 'what is to be told, written with its alert and sent afterwards: at least once, under the same id each time';
comment on column alert_deliveries.channel_id is 'null: the operator''s own channel, SPEND_ALERT_CHANNEL';
comment on column alert_deliveries.sending_until is 'a process is sending it; if that dies, another takes it up after this';

alter table alerts enable row level security;
alter table alert_channels enable row level security;
alter table alert_deliveries enable row level security;

create policy of_client on alerts using (client_id = calling_client());
create policy of_client on alert_channels using (client_id = calling_client());
create policy of_client on alert_deliveries using (client_id = calling_client());

-- The channels' addresses are sealed under the same keys, so that none is made anew while only they need one.
create or replace function sealed_credentials_exist() returns boolean
language sql stable security definer as $$
    select exists (select from integrations where credentials <> '') or exists (select from alert_channels where address <> '')
$$;

do $$
begin
    execute format('alter function sealed_credentials_exist() set search_path = %I, pg_temp', current_schema());
end
$$;
