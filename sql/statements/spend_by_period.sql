-- What did the last reading of each day, or month, tell of each of a client's integrations, or of one?
-- The last one that told the spend; where none did, the last one, with its note or error.
with periods as (
    select
        cast(:from as timestamptz) + number * cast(:step as interval) as period_start,
        cast(:from as timestamptz) + (number + 1) * cast(:step as interval) as period_end
    from generate_series(0, :periods - 1) as number
),

scope as (
    select id, provider_name, created_at, deleted_at
    from integrations
    where
        client_id = :client_id
        and (cast(:integration_id as bigint) is null or id = :integration_id)
        and (deleted_at is null or deleted_at > now() - make_interval(days => :kept_days))
)

select
    periods.period_start,
    scope.id as integration_id,
    scope.provider_name,
    scope.created_at < periods.period_end and coalesce(scope.deleted_at >= periods.period_start, true) as was_there,
    (chosen.reading).synced_at,
    (chosen.reading).status,
    (chosen.reading).counted,
    (chosen.reading).balance,
    (chosen.reading).balance_currency,
    (chosen.reading).balance_basis,
    (chosen.reading).balance_usd,
    case when :monthly then (chosen.reading).usage_month else (chosen.reading).usage_today end as usage,
    case when :monthly then (chosen.reading).usage_month_currency else (chosen.reading).usage_today_currency end
        as usage_currency,
    case when :monthly then (chosen.reading).usage_month_basis else (chosen.reading).usage_today_basis end
        as usage_basis,
    case when :monthly then (chosen.reading).usage_month_usd else (chosen.reading).usage_today_usd end as usage_usd,
    case when :monthly then (chosen.reading).cycle_start end as cycle_start,
    case when :monthly then (chosen.reading).cycle_end end as cycle_end,
    (chosen.reading).note,
    (chosen.reading).error
from periods
left join scope on true
left join lateral (
    select coalesce(
        (
            select snapshots
            from spend_snapshots as snapshots
            where
                snapshots.integration_id = scope.id
                and snapshots.client_id = :client_id
                and snapshots.synced_at >= periods.period_start
                and snapshots.synced_at < periods.period_end
                and case when :monthly then snapshots.usage_month else snapshots.usage_today end is not null
            order by snapshots.synced_at desc
            limit 1
        ),
        (
            select snapshots
            from spend_snapshots as snapshots
            where
                snapshots.integration_id = scope.id
                and snapshots.client_id = :client_id
                and snapshots.synced_at >= periods.period_start
                and snapshots.synced_at < periods.period_end
            order by snapshots.synced_at desc
            limit 1
        )
    ) as reading
    offset 0 -- keeps the planner from looking the reading up again for each of its columns
) as chosen on true
order by periods.period_start, scope.id
