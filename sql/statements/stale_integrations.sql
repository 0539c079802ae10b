-- Which active integrations have figures older than this many hours, or never had any since they were added?
select
    id,
    provider_name,
    billing_synced_at,
    billing_sync_error
from integrations
where
    is_active
    and deleted_at is null
    and coalesce(billing_synced_at, created_at) < now() - make_interval(hours => :hours)
order by id
