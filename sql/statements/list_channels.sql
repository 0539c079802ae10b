-- Where are clients told of their alerts, and what went wrong there last?
select
    channels.id,
    clients.name as client,
    channels.kind,
    channels.label,
    channels.preview,
    channels.created_at,
    told.delivered_at,
    told.waiting,
    told.error
from alert_channels as channels
inner join clients
    on clients.id = channels.client_id
left join lateral (
    select
        max(delivered_at) as delivered_at,
        count(*) filter (where delivered_at is null and given_up_at is null) as waiting,
        (array_agg(error order by attempted_at desc) filter (where delivered_at is null))[1] as error
    from alert_deliveries
    where channel_id = channels.id
) as told on true
where
    channels.removed_at is null
    and (cast(:client as text) is null or clients.name = :client)
order by channels.id
