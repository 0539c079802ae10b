-- Takes what waits to be told, oldest first, for this process for so many seconds; what has waited too long is given up.
with given_up as (
    update alert_deliveries
    set given_up_at = now(), sending_until = null, error = coalesce(error, 'No run of a sync came to send it')
    where
        delivered_at is null
        and given_up_at is null
        and created_at < now() - make_interval(days => :kept_days)
),

claimed as (
    update alert_deliveries
    set
        attempts = attempts + 1,
        attempted_at = now(),
        sending_until = now() + make_interval(secs => :seconds)
    where id in (
        select id
        from alert_deliveries
        where
            delivered_at is null
            and given_up_at is null
            and created_at >= now() - make_interval(days => :kept_days)
            and (sending_until is null or sending_until < now())
        order by created_at, alert_id, event
        limit :at_most
        for update skip locked
    )
    returning *
)

select
    claimed.id as delivery_id,
    claimed.event,
    claimed.client_id,
    claimed.channel_id,
    channels.kind as channel_kind,
    channels.address,
    clients.name as client,
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
from claimed
inner join alerts
    on alerts.id = claimed.alert_id
inner join clients
    on clients.id = claimed.client_id
left join integrations
    on integrations.id = alerts.integration_id
left join alert_channels as channels
    on channels.id = claimed.channel_id
order by claimed.created_at, claimed.alert_id, claimed.event
