-- Removes an integration: its credentials go at once, its history stays.
update integrations
set deleted_at = now(), updated_at = now(), is_active = false, credentials = '', key_preview = '{}'
where id = :id and deleted_at is null
returning id
