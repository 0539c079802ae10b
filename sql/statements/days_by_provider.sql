-- What do the rolled up days add up to, a row a day and provider?
select
    spend_days.day,
    integrations.provider_name,
    count(*) as integrations,
    sum(spend_days.spend_usd) filter (where spend_days.counted) as spend_usd,
    bool_or(spend_days.is_partial) as is_partial
from spend_days
inner join integrations
    on integrations.id = spend_days.integration_id
where spend_days.day between :first and :last
group by spend_days.day, integrations.provider_name
order by spend_days.day, integrations.provider_name
