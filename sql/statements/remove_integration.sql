-- Removes an integration, of one client where it is named: its credentials go at once, its history stays for a while.
update integrations
set deleted_at = now(), updated_at = now(), is_active = false, credentials = null, key_preview = '{}'
where
    id = :id
    and deleted_at is null
    and (cast(:client_id as bigint) is null or client_id = :client_id)
returning id
