-- What did each client spend at each provider by the day, in US dollars, each account once?
select
    integrations.client_id,
    integrations.provider_name,
    spend_days.day,
    min(spend_days.since) as since,
    sum(spend_days.spend_usd + spend_days.restated_usd) as usd
from spend_days
inner join integrations
    on integrations.id = spend_days.integration_id
where
    spend_days.day between :first and :last
    and spend_days.counted
    and spend_days.spend_usd is not null
group by integrations.client_id, integrations.provider_name, spend_days.day
order by integrations.client_id, integrations.provider_name, spend_days.day
