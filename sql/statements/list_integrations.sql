-- Which integrations are there, of all clients or of one, and what is their billing state?
select
    integrations.id,
    clients.name as client,
    integrations.provider_name,
    integrations.key_label,
    integrations.key_preview,
    integrations.is_active,
    integrations.cached_balance,
    integrations.cached_usage_today,
    integrations.cached_usage_month,
    integrations.billing_synced_at,
    integrations.billing_sync_error,
    integrations.billing_note,
    integrations.consecutive_failures,
    integrations.recorded_balance,
    integrations.recorded_balance_currency,
    integrations.recorded_balance_as_of
from integrations
inner join clients
    on clients.id = integrations.client_id
where
    integrations.deleted_at is null
    and (cast(:client as text) is null or clients.name = :client)
order by integrations.id
