-- Replaces sealed addresses by the same under another key, where they are still what was opened; answers which were.
update alert_channels
set address = resealed.sealed
from jsonb_to_recordset(cast(:resealed as jsonb)) as resealed (id bigint, opened text, sealed text)
where alert_channels.id = resealed.id and alert_channels.address = resealed.opened
returning alert_channels.id
