-- What did each integration of every client spend on each UTC day of a window? With the owner's rights, for those who report.
create or replace function spend_by_day(first_day date, last_day date) returns table (
    client text,
    client_id bigint,
    provider_name text,
    integration_id bigint,
    key_label text,
    day date,
    since date,
    currency text,
    spend numeric,
    restated numeric,
    spend_usd numeric,
    restated_usd numeric,
    basis text,
    is_partial boolean,
    counted boolean
)
language sql stable security definer
set search_path from current
as $$
    select * from visible_spend_by_day(first_day, last_day)
$$;

comment on function spend_by_day is
'what each integration spent on each UTC day of a window, as derived from its readings; the view daily_spend for a part of history';
