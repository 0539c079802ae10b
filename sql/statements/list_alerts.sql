-- Which alerts are there, of all clients or of one, newest first, and what has not arrived of what was to be told of them?
select
    alerts.id,
    clients.name as client,
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
    alerts.ended_figure,
    told.delivered,
    told.waiting,
    told.given_up,
    told.error
from alerts
inner join clients
    on clients.id = alerts.client_id
left join integrations
    on integrations.id = alerts.integration_id
left join lateral (
    select
        count(*) filter (where delivered_at is not null) as delivered,
        count(*) filter (where delivered_at is null and given_up_at is null) as waiting,
        count(*) filter (where given_up_at is not null) as given_up,
        coalesce(bool_or(given_up_at > now() - interval '30 days'), false) as given_up_lately,
        (array_agg(error order by attempted_at desc) filter (where error is not null))[1] as error
    from alert_deliveries
    where alert_id = alerts.id
) as told on true
where
    (cast(:client as text) is null or clients.name = :client)
    and (:ended or alerts.ended_at is null or told.waiting > 0 or told.given_up_lately)
order by alerts.id desc
limit :limit
