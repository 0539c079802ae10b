-- Enables or disables an integration and answers its id.
update integrations
set is_active = :is_active, updated_at = now()
where id = :id and deleted_at is null
returning id
