-- Is a question about this client? About all, unless the session names one: set spend.client = 'acme'.
create or replace function is_asked(client text) returns boolean
language sql stable as $$
    select client = coalesce(nullif(current_setting('spend.client', true), ''), client)
$$;

comment on function is_asked is 'whether a client is the one of the session''s spend.client; true where it names none';
