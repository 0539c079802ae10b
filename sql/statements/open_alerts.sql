-- Which alerts are open? The hundred that are newest, by number and never by name.
select
    alerts.client_id,
    alerts.integration_id,
    integrations.provider_name,
    alerts.kind,
    alerts.threshold,
    alerts.figure,
    alerts.fired_at
from alerts
left join integrations
    on integrations.id = alerts.integration_id
where alerts.ended_at is null
order by alerts.id desc
limit 100
