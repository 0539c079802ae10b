-- Recorded balances: what our snapshots say was spent since a moment, so that a recorded balance stays current.
create function spent_in_closed_months(
    of_integration bigint, in_currency text, since timestamptz, now_at timestamptz
) returns numeric
language sql stable as $$
    with months as (
        select generate_series(
            date_trunc('month', since at time zone 'UTC'),
            date_trunc('month', now_at at time zone 'UTC') - interval '1 month',
            interval '1 month'
        ) as month_start
    ),

    last_readings as (
        select months.month_start, latest.usage_month
        from months
        left join lateral (
            select snapshots.usage_month
            from spend_snapshots as snapshots
            where
                snapshots.integration_id = of_integration
                and snapshots.usage_month_currency = in_currency
                and snapshots.synced_at >= (months.month_start + interval '1 month - 1 day') at time zone 'UTC'
                and snapshots.synced_at < (months.month_start + interval '1 month') at time zone 'UTC'
            order by snapshots.synced_at desc
            limit 1
        ) as latest on true
    )

    select case when count(*) = count(usage_month) then coalesce(sum(usage_month), 0) end
    from last_readings
$$;

comment on function spent_in_closed_months is
'the month figure of the last day of each whole month from that of `since` up to the current one; null where one has no reading';

create function spent_before(of_integration bigint, in_currency text, at_moment timestamptz) returns numeric
language plpgsql stable as $$
declare
    day_start timestamptz := date_trunc('day', at_moment at time zone 'UTC') at time zone 'UTC';
    month_start timestamptz := date_trunc('month', at_moment at time zone 'UTC') at time zone 'UTC';
    spent numeric;
begin
    if at_moment = month_start then
        return 0;
    end if;
    -- At a midnight, any reading of that day tells exactly: its month less its today.
    if at_moment = day_start then
        select usage_month - usage_today into spent
        from spend_snapshots
        where
            integration_id = of_integration
            and usage_month_currency = in_currency
            and usage_today_currency = in_currency
            and synced_at >= day_start
            and synced_at < day_start + interval '1 day'
        order by synced_at
        limit 1;
        if spent is not null then
            return spent;
        end if;
    end if;
    -- A reading tells what was spent by a later moment only if it is from the day before it: after a longer silence, what
    -- was spent in between would be taken from a balance that was recorded after it was spent.
    select usage_month into spent
    from spend_snapshots
    where
        integration_id = of_integration
        and usage_month_currency = in_currency
        and synced_at >= greatest(month_start, at_moment - interval '1 day')
        and synced_at <= at_moment
    order by synced_at desc
    limit 1;
    if spent is null and at_moment <> day_start then
        select usage_month into spent
        from spend_snapshots
        where
            integration_id = of_integration
            and usage_month_currency = in_currency
            and synced_at > at_moment
            and synced_at < day_start + interval '1 day'
        order by synced_at
        limit 1;
    end if;
    return spent;
end
$$;

comment on function spent_before is
'what the month of a moment had spent by then, from the nearest reading that can tell; null where none can';
