-- Removes a channel: its address goes at once, and what waited for it, since nobody is there to be told.
with removed as (
    update alert_channels
    set removed_at = now(), address = null
    where id = :id and removed_at is null
    returning id
),

dropped as (
    delete from alert_deliveries
    using removed
    where alert_deliveries.channel_id = removed.id and alert_deliveries.delivered_at is null
)

select id from removed
