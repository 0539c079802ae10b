-- What will this month have cost by its end, and between what bounds?
with bounds as (
    select
        date_trunc('month', asked_day()::timestamp)::date as month_start,
        (date_trunc('month', asked_day()::timestamp) + interval '1 month')::date as month_end
),

days as (
    select
        spent.client,
        spent.provider_name,
        spent.day,
        min(spent.since) as since,
        sum(spent.spend_usd + spent.restated_usd) as usd
    from bounds
    cross join lateral spend_by_day(least(bounds.month_start, asked_day() - 28), asked_day()) as spent
    where spent.counted and is_asked(spent.client) and spent.spend_usd is not null
    group by spent.client, spent.provider_name, spent.day
),

-- The pace is that of the 28 days before this one; a row of several days counts as so many.
paces as (
    select
        days.client,
        days.provider_name,
        sum(days.usd) filter (where days.day >= bounds.month_start) as spent,
        sum(days.usd) filter (where days.day = asked_day()) as today,
        sum(days.usd) filter (where days.day between asked_day() - 28 and asked_day() - 1)
        / nullif(asked_day() - min(days.since) filter (where days.day between asked_day() - 28 and asked_day() - 1), 0)
        as per_day,
        coalesce(asked_day() - min(days.since) filter (where days.day between asked_day() - 28 and asked_day() - 1), 0)
        as days_of_history,
        stddev_samp(days.usd) filter (where days.day between asked_day() - 28 and asked_day() - 1) as spread,
        bounds.month_end - asked_day() as days_to_go
    from days
    cross join bounds
    group by days.client, days.provider_name, bounds.month_start, bounds.month_end
),

foreseen as (
    select
        *,
        coalesce(spent, 0) as spent_usd,
        greatest(coalesce(spent, 0), coalesce(spent, 0) - coalesce(today, 0) + per_day * days_to_go) as forecast,
        1.28 * coalesce(spread, 0) * sqrt(days_to_go::numeric) as margin  -- four times out of five
    from paces
)

select
    client,
    provider_name,
    round(spent_usd, 2) as spent_usd,
    days_of_history,
    case when days_of_history >= 7 then round(forecast, 2) end as forecast_usd,
    case when days_of_history >= 7 then round(greatest(spent_usd, forecast - margin), 2) end as low_usd,
    case when days_of_history >= 7 then round(forecast + margin, 2) end as high_usd,
    case when days_of_history < 7 then 'not enough history yet' else '' end as note
from foreseen
order by spent_usd desc, client, provider_name
