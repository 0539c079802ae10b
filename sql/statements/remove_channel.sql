-- Removes a channel: its address goes at once, and what waited for it is given up.
with removed as (
    update alert_channels
    set removed_at = now(), address = null
    where id = :id and removed_at is null
    returning id
),

given_up as (
    update alert_deliveries
    set given_up_at = now(), error = 'The channel was removed'
    from removed
    where alert_deliveries.channel_id = removed.id and delivered_at is null and given_up_at is null
)

select id from removed
