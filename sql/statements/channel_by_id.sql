-- What is the channel with this id, sealed address included?
select
    channels.id,
    channels.client_id,
    channels.kind,
    channels.address,
    clients.name as client
from alert_channels as channels
inner join clients
    on clients.id = channels.client_id
where channels.id = :id and channels.removed_at is null
