-- As of which moment is a question asked? Now, unless the session says otherwise: set spend.now = '2026-11-22T12:00Z'.
create or replace function asked_at() returns timestamptz
language sql stable as $$
    select coalesce(nullif(current_setting('spend.now', true), '')::timestamptz, now())
$$;

comment on function asked_at is 'the moment a question is asked as of: spend.now of the session, else now';
