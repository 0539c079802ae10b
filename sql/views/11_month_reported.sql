-- What did each provider last say of each UTC month that a window touches? Only those that count by calendar month.
create or replace function month_reported(first_day date, last_day date) returns table (
    integration_id bigint,
    month date,
    currency text,
    spend numeric,
    spend_usd numeric,
    read_until timestamptz
)
language sql stable security definer set search_path from current as $$
    select distinct on (snapshots.integration_id, date_trunc('month', snapshots.synced_at at time zone 'UTC'))
        snapshots.integration_id,
        date_trunc('month', snapshots.synced_at at time zone 'UTC')::date,
        snapshots.usage_month_currency,
        snapshots.usage_month,
        snapshots.usage_month_usd,
        snapshots.synced_at
    from spend_snapshots as snapshots
    where
        snapshots.synced_at >= date_trunc('month', first_day::timestamp) at time zone 'UTC'
        and snapshots.synced_at < (date_trunc('month', last_day::timestamp) + interval '1 month') at time zone 'UTC'
        and snapshots.usage_month_basis = 'reported'
        and coalesce(
            snapshots.cycle_start = date_trunc('month', snapshots.synced_at at time zone 'UTC')::date, true
        )
    order by
        snapshots.integration_id,
        date_trunc('month', snapshots.synced_at at time zone 'UTC'),
        snapshots.synced_at desc
$$;

comment on function month_reported is 'the last reading of each calendar month by integration, as the provider sent it';
