-- Replaces sealed credentials by the same under another key, where they are still what was opened; answers which were.
update integrations
set credentials = resealed.sealed
from jsonb_to_recordset(cast(:resealed as jsonb)) as resealed (id bigint, opened text, sealed text)
where integrations.id = resealed.id and integrations.credentials = resealed.opened
returning integrations.id
