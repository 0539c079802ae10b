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
    select
        integrations.id,
        month_start::date,
        last_reading.usage_month_currency,
        last_reading.usage_month,
        last_reading.usage_month_usd,
        last_reading.synced_at
    from clients
    -- Two looks into an index, however many readings there are: a window may be all of history.
    cross join lateral (
        select
            greatest(first_day::timestamp, min(synced_at) at time zone 'UTC') as first_moment,
            least(last_day::timestamp, max(synced_at) at time zone 'UTC') as last_moment
        from spend_snapshots
        where client_id = clients.id
    ) as bounds
    cross join lateral generate_series(
        date_trunc('month', bounds.first_moment), date_trunc('month', bounds.last_moment), '1 month'
    ) as month_start
    inner join integrations
        on integrations.client_id = clients.id
    cross join lateral (
        select snapshots.*
        from spend_snapshots as snapshots
        where
            snapshots.integration_id = integrations.id
            and snapshots.synced_at >= month_start at time zone 'UTC'
            and snapshots.synced_at < (month_start + interval '1 month') at time zone 'UTC'
            and snapshots.usage_month_basis = 'reported'
            and coalesce(snapshots.cycle_start = month_start::date, true)
        order by snapshots.synced_at desc
        limit 1
    ) as last_reading
    where is_asked(clients.name)
$$;

comment on function month_reported is 'the last reading of each calendar month by integration, as the provider sent it';
