-- Enables or disables a client by name and answers its id.
update clients
set is_active = :is_active, updated_at = now()
where name = :name
returning id
