-- Spend by day is kept, and derived anew only where readings have come, changed or gone since it was rolled up.
create table days_to_roll_up (
    integration_id bigint not null references integrations (id),
    from_day date not null,
    client_id bigint not null references clients (id)
);

comment on table days_to_roll_up is
'from which day on the kept days of an integration are behind its readings; a mark each time readings were written';

create index days_to_roll_up_of on days_to_roll_up (integration_id);
create index spend_days_of on spend_days (integration_id, day);

-- Every kept day of a client, as its client: the wall looks at a row, not at a join.
alter table spend_days add column client_id bigint references clients (id);
update spend_days set client_id = integrations.client_id
from integrations where integrations.id = spend_days.integration_id;
alter table spend_days alter column client_id set not null;

alter table spend_days enable row level security;
alter table days_to_roll_up enable row level security;
create policy of_client on spend_days using (client_id = calling_client());
create policy of_client on days_to_roll_up using (client_id = calling_client());

-- A reading says something of its own day and of the day before it.
create function mark_days_to_roll_up() returns trigger
language plpgsql as $$
begin
    insert into days_to_roll_up (integration_id, from_day, client_id)
    select integration_id, min((synced_at at time zone 'UTC')::date) - 1, client_id
    from changed
    where status = 'read' or tg_op <> 'INSERT'
    group by integration_id, client_id;
    return null;
end
$$;

comment on function mark_days_to_roll_up is 'whoever writes readings, in whatever way, leaves a mark in the same transaction';

create trigger appended after insert on spend_snapshots
referencing new table as changed for each statement execute function mark_days_to_roll_up();
create trigger corrected after update on spend_snapshots
referencing old table as changed for each statement execute function mark_days_to_roll_up();
create trigger removed after delete on spend_snapshots
referencing old table as changed for each statement execute function mark_days_to_roll_up();

-- What was rolled up before today may have been so before its last reading came.
insert into days_to_roll_up (integration_id, from_day, client_id)
select integration_id, min((synced_at at time zone 'UTC')::date) - 1, client_id
from spend_snapshots
group by integration_id, client_id;
