-- Integrations as a resource: what a client sets on one beside its credentials, its health, credentials that go with it, and
-- how long history is kept.
alter table integrations
    add column is_primary boolean not null default false,
    add column daily_limit bigint check (daily_limit > 0),
    add column minute_limit bigint check (minute_limit > 0),
    add column spend_limit_amount numeric check (spend_limit_amount >= 0 and spend_limit_amount < 1e12),
    add column spend_limit_period text not null default 'monthly' check (spend_limit_period in ('daily', 'monthly')),
    add column spend_limit_action text not null default 'warn' check (spend_limit_action in ('warn', 'block')),
    alter column credentials drop not null;

update integrations set credentials = null where deleted_at is not null;

alter table integrations
    add constraint credentials_go_with_it check ((credentials is null) = (deleted_at is not null));

create index integrations_removed on integrations (deleted_at) where deleted_at is not null;

comment on column integrations.daily_limit is 'requests a day, for a gateway that reads it here: this pipeline routes none';
comment on column integrations.spend_limit_amount is 'USD a spend_limit_period; spend_limit_exceeded compares the cached usage with it';
comment on column integrations.credentials is
'sealed with AES-256-GCM, bound to this row by client and integration id; null once the integration is removed';

create function health_status(consecutive_failures integer) returns text
language sql immutable
return case
    when consecutive_failures = 0 then 'healthy'
    when consecutive_failures < 3 then 'degraded'
    else 'unhealthy'
end;

create function spend_limit_exceeded(integration integrations) returns boolean
language sql stable
return case
    when integration.spend_limit_amount is null then false
    when integration.spend_limit_period = 'daily' and integration.billing_synced_at >= date_trunc('day', now(), 'UTC')
        then integration.cached_usage_today > integration.spend_limit_amount
    when integration.spend_limit_period = 'monthly' and integration.billing_synced_at >= date_trunc('month', now(), 'UTC')
        then integration.cached_usage_month > integration.spend_limit_amount
end;

comment on function spend_limit_exceeded is
'whether this day''s or month''s last known usage is above the limit; null where no reading of this day or month tells';

create function drop_spend_snapshots_before(moment timestamptz) returns setof text
language plpgsql as $$
declare
    month_name text := to_char(moment at time zone 'UTC', 'YYYYMM');
    partition_name text;
begin
    for partition_name in
        select tables.relname
        from pg_inherits
        inner join pg_class as tables
            on tables.oid = pg_inherits.inhrelid
        where
            pg_inherits.inhparent = 'spend_snapshots'::regclass
            and tables.relname ~ '^spend_snapshots_[0-9]{6}$'
            and right(tables.relname, 6) < month_name
        order by tables.relname
    loop
        execute format('drop table %I', partition_name);
        return next partition_name;
    end loop;
end
$$;

comment on function drop_spend_snapshots_before is 'drops the partitions of whole months before the month of the moment, and answers their names';
