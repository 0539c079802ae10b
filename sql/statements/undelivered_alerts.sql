-- Which deliveries failed, and wait or were given up within the last month? The hundred that are newest, by number and never by name.
select
    deliveries.alert_id,
    deliveries.client_id,
    deliveries.channel_id,
    channels.kind as channel,
    deliveries.event,
    deliveries.attempts,
    deliveries.error,
    deliveries.created_at,
    deliveries.given_up_at is not null as given_up
from alert_deliveries as deliveries
left join alert_channels as channels
    on channels.id = deliveries.channel_id
where
    deliveries.delivered_at is null
    and deliveries.error is not null
    and deliveries.created_at > now() - interval '30 days'
order by deliveries.created_at desc
limit 100
