-- Walls between clients: the endpoint's role sees the rows of the client it acts for, whatever a statement forgets to ask.
-- What that role may do at all is in `sql/rights.sql`; a table without a policy shows it nothing.
create function calling_client() returns bigint
language sql stable as $$
    select nullif(current_setting('spend.client_id', true), '')::bigint
$$;

comment on function calling_client is 'the client on whose behalf this transaction acts; null for none, and then no row is seen';

alter table clients enable row level security;
alter table client_tokens enable row level security;
alter table integrations enable row level security;
alter table sync_requests enable row level security;
alter table syncs enable row level security;
alter table spend_snapshots enable row level security;
alter table spend_totals enable row level security;

create policy of_client on clients using (id = calling_client());
create policy of_client on integrations using (client_id = calling_client());
create policy of_client on sync_requests using (client_id = calling_client());
create policy of_client on syncs using (client_id = calling_client());
create policy of_client on spend_snapshots using (client_id = calling_client());
create policy of_client on spend_totals using (client_id = calling_client());

-- What the endpoint has to know before, or without, acting for a client: a bit each, and no row.
create function sealed_credentials_exist() returns boolean
language sql stable security definer as $$
    select exists (select from integrations where credentials <> '')
$$;

create function settled_requests(ids uuid[]) returns setof uuid
language sql stable security definer as $$
    select id from sync_requests where id = any(ids) and status in ('done', 'failed')
$$;

-- They run as their owner, so nobody else's table may stand in for ours, a temporary one least of all.
do $$
declare
    each text;
begin
    foreach each in array array[
        'client_of_token(bytea)', 'sealed_credentials_exist()', 'settled_requests(uuid[])'
    ] loop
        execute format('alter function %s set search_path = %I, pg_temp', each, current_schema());
        execute format('revoke execute on function %s from public', each);
    end loop;
end
$$;

create table endpoint_rights (
    role text primary key,
    checksum text not null,
    granted_at timestamptz not null default now()
);

comment on table endpoint_rights is 'under which roles the endpoint may act here, and by which edition of sql/rights.sql';
