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
    -- One look into an index for each, however many readings there are.
    with bounds as (
        select
            greatest(first_day::timestamp, min(synced_at) at time zone 'UTC') as first_moment,
            least(last_day::timestamp, max(synced_at) at time zone 'UTC') as last_moment
        from spend_snapshots
    ),

    months as (
        select month_start
        from bounds
        cross join lateral generate_series(
            date_trunc('month', first_moment), date_trunc('month', last_moment), '1 month'
        ) as month_start
    )

    select
        integrations.id,
        months.month_start::date,
        last_reading.usage_month_currency,
        last_reading.usage_month,
        last_reading.usage_month_usd,
        last_reading.synced_at
    from clients
    inner join integrations
        on integrations.client_id = clients.id
    cross join months
    cross join lateral (
        select snapshots.*
        from spend_snapshots as snapshots
        where
            snapshots.integration_id = integrations.id
            and snapshots.synced_at >= months.month_start at time zone 'UTC'
            and snapshots.synced_at < (months.month_start + interval '1 month') at time zone 'UTC'
            and snapshots.usage_month_basis = 'reported'
            and coalesce(snapshots.cycle_start = months.month_start::date, true)
        order by snapshots.synced_at desc
        limit 1
    ) as last_reading
    where is_asked(clients.name)
$$;

comment on function month_reported is 'the last reading of each calendar month by integration, as the provider sent it';
