-- Which alerts has a client, newest first, behind the one that was shown last: all, or only those that are open, or have ended?
select
    alerts.id as alert_id,
    alerts.integration_id,
    integrations.provider_name,
    integrations.key_label,
    alerts.kind,
    alerts.period,
    alerts.period_start,
    alerts.action,
    alerts.threshold,
    alerts.figure,
    alerts.fired_at,
    alerts.ended_at,
    alerts.ended_because,
    alerts.ended_figure
from alerts
left join integrations
    on integrations.id = alerts.integration_id
where
    alerts.client_id = :client_id
    and (cast(:before as bigint) is null or alerts.id < :before)
    and (cast(:is_open as boolean) is null or (alerts.ended_at is null) = :is_open)
order by alerts.id desc
limit :limit
