-- Which days of the last 14 cost much more than the four weeks before each of them?
with days as (
    select
        client,
        provider_name,
        day,
        sum(spend_usd) as spend_usd
    from spend_by_day(asked_day() - 42, asked_day())
    where counted and is_asked(client) and spend_usd is not null
    group by client, provider_name, day
    having min(since) = day
),

usual as (
    select
        days.*,
        count(*) as days_before,
        percentile_disc(0.5) within group (order by before.spend_usd) as median_usd,
        percentile_disc(0.9) within group (order by before.spend_usd) as high_usd
    from days
    inner join days as before
        on before.client = days.client
        and before.provider_name = days.provider_name
        and before.day between days.day - 28 and days.day - 1
    where days.day > asked_day() - 14
    group by days.client, days.provider_name, days.day, days.spend_usd
)

-- Twice the usual and half more than a high day, and of some weight: a day that only a busy week explains is not listed.
select
    client,
    provider_name,
    day,
    spend_usd,
    median_usd,
    high_usd,
    round(spend_usd / nullif(median_usd, 0), 1) as times_the_median
from usual
where
    days_before >= 7
    and spend_usd >= 1
    and spend_usd > 2 * median_usd
    and spend_usd > 1.5 * high_usd
order by day desc, spend_usd desc, client, provider_name
