-- Politeness: how often providers are asked, by all processes together; and integrations that are left alone for a while.
alter table integrations
    add column parked_until timestamptz,
    add column failing_since timestamptz,
    add column rests_until timestamptz;

comment on column integrations.parked_until is
'the provider answered that it wants to be left alone until then (at most a day): no sync asks it before';
comment on column integrations.failing_since is
'since when automatic syncs have seen nothing but failures, counted from the last manual one; null after a success';
comment on column integrations.rests_until is
'it keeps failing, so automatic syncs do not ask before; a manual one does';

alter table spend_snapshots
    add column held_back boolean not null default false,
    add column parked_until timestamptz;

comment on column spend_snapshots.held_back is
'true where the provider was not asked, because the integration is parked or rests: the error is that of its last reading';
comment on column spend_snapshots.parked_until is 'until when the provider wants to be left alone, where it answered so';

create function resting_until(integration integrations, moment timestamptz) returns timestamptz
language sql stable
return case
    when greatest(integration.parked_until, integration.rests_until) > moment
        then greatest(integration.parked_until, integration.rests_until)
end;

comment on function resting_until is 'until when automatic syncs leave an integration alone; null where the next one asks it';

-- As long again as it has failed so far: after 4, 8 and 16 hours, then once a day. Half an hour less, so that a sync that is
-- due is not missed by the seconds that the last one began late.
create function rest_after(failing interval) returns interval
language sql immutable
return least(failing, interval '1 day') - interval '30 minutes';

comment on function rest_after is 'how long an integration rests that an automatic sync has seen failing for so long';

-- Whoever switches an integration on again, or changes its credentials, wants it asked.
create function rouse() returns trigger
language plpgsql as $$
begin
    new.parked_until := null;
    new.failing_since := null;
    new.rests_until := null;
    return new;
end
$$;

create trigger rouse
before update of is_active, key_preview on integrations
for each row
when ((new.is_active and not old.is_active) or new.key_preview is distinct from old.key_preview)
execute function rouse();

-- One bucket of permits a provider. What a crash forgets is a full bucket, so it needs no log.
create unlogged table provider_permits (
    provider_name text primary key,
    full_at timestamptz not null
);

comment on table provider_permits is 'how far each provider''s bucket of permits to ask it is emptied, by all processes together';
comment on column provider_permits.full_at is 'when the bucket is full again: permits come back by time, whatever became of who took them';

create function take_permits(
    provider text, wanted integer, size integer, a_second numeric, kept integer
) returns table (permits integer, wait_seconds numeric)
language plpgsql security definer as $$
declare
    moment timestamptz;
    missing numeric;
begin
    insert into provider_permits (provider_name, full_at) values (provider, clock_timestamp()) on conflict do nothing;
    select full_at into moment from provider_permits where provider_name = provider for update;
    -- A moment too far ahead was written by a clock that was wrong: nothing is emptier than empty.
    missing := least(greatest(extract(epoch from moment - clock_timestamp()) * a_second, 0), size);
    permits := greatest(least(wanted, floor(size - kept - missing)), 0);
    wait_seconds := case when permits = 0 then (1 - (size - kept - missing)) / a_second else 0 end;
    update provider_permits
    set full_at = clock_timestamp() + make_interval(secs => (missing + permits) / a_second)
    where provider_name = provider;
    return next;
end
$$;

comment on function take_permits is
'takes permits to ask a provider, as many as are wanted and there while `kept` stay in its bucket of this size, which fills at this rate';

do $$
begin
    execute format(
        'alter function take_permits(text, integer, integer, numeric, integer) set search_path = %I, pg_temp',
        current_schema()
    );
end
$$;

revoke execute on function take_permits from public;
