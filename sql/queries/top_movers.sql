-- Which providers moved most: this month up to yesterday, against the same days of last month?
with bounds as (
    select
        date_trunc('month', asked_day()::timestamp)::date as this_month,
        (date_trunc('month', asked_day()::timestamp) - interval '1 month')::date as last_month
),

days as (
    select
        spent.client,
        spent.provider_name,
        sum(spent.spend_usd + spent.restated_usd) filter (where spent.day >= bounds.this_month) as this_month_usd,
        sum(spent.spend_usd + spent.restated_usd) filter (
            where spent.day < least(bounds.last_month + (asked_day() - bounds.this_month), bounds.this_month)
        ) as last_month_usd,
        bool_or(spent.is_partial) as is_partial
    from bounds
    cross join lateral spend_by_day(bounds.last_month, asked_day() - 1) as spent
    where spent.counted and is_asked(spent.client)
    group by spent.client, spent.provider_name
)

select
    client,
    provider_name,
    this_month_usd,
    last_month_usd,
    this_month_usd - last_month_usd as change_usd,
    round(100 * (this_month_usd - last_month_usd) / nullif(last_month_usd, 0), 1) as change_percent,
    is_partial
from days
where num_nonnulls(this_month_usd, last_month_usd) > 0
order by abs(this_month_usd - last_month_usd) desc nulls last, client, provider_name
