-- What did each provider cost, this month so far and last month, and what part of all is that?
with days as (
    select
        client,
        date_trunc('month', day::timestamp)::date as month,
        provider_name,
        sum(spend_usd + restated_usd) as cost_usd,
        bool_or(is_partial) as is_partial
    from spend_by_day((date_trunc('month', asked_day()::timestamp) - interval '1 month')::date, asked_day())
    where counted and is_asked(client) and spend_usd is not null
    group by client, date_trunc('month', day::timestamp), provider_name
)

select
    client,
    month,
    provider_name,
    cost_usd,
    round(100 * cost_usd / nullif(sum(cost_usd) over (partition by client, month), 0), 1) as share_percent,
    is_partial
from days
order by client, month desc, cost_usd desc, provider_name
