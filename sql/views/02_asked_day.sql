-- Which UTC day is it, as of the moment a question is asked?
create or replace function asked_day() returns date
language sql stable as $$
    select (asked_at() at time zone 'UTC')::date
$$;

comment on function asked_day is 'the UTC day of asked_at()';
