-- Which integrations has a client, as its list shows them, and how many are there in all behind this page of them?
with found as (
    select
        integrations.*,
        health_status(integrations.consecutive_failures) as health_status,
        spend_limit_exceeded(integrations) as spend_limit_exceeded,
        resting_until(integrations, now()) as resting_until
    from integrations
    where
        integrations.client_id = :client_id
        and integrations.deleted_at is null
        and (cast(:id as bigint) is null or integrations.id = :id)
        and (cast(:provider_name as text) is null or integrations.provider_name = :provider_name)
        and (cast(:is_active as boolean) is null or integrations.is_active = :is_active)
        and (
            cast(:health_status as text) is null
            or health_status(integrations.consecutive_failures) = :health_status
        )
)

select
    counted.total,
    page.*
from (select count(*) as total from found) as counted
left join lateral (
    select
        id,
        provider_name,
        key_label,
        is_active,
        is_primary,
        health_status,
        consecutive_failures,
        resting_until,
        spend_limit_amount,
        spend_limit_period,
        spend_limit_action,
        spend_limit_exceeded,
        low_balance_amount,
        low_days_left,
        cached_balance,
        cached_usage_today,
        cached_usage_month,
        cached_currency,
        billing_synced_at,
        billing_sync_error,
        billing_sync_error_kind,
        key_preview,
        created_at,
        updated_at
    from found
    order by id
    limit :limit
    offset :offset
) as page on true
order by page.id
