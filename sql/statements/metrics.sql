-- What is measured now, of all clients: one row a sample; what is unknown gives none, and no row names a client or a key.
with shown as (
    select balances.*
    from current_balances as balances
    inner join clients
        on clients.id = balances.client_id
        and clients.is_active
    where balances.is_active
    order by balances.integration_id
    limit :most
),

samples as (
    select
        shown.integration_id,
        shown.provider_name,
        shown.client_id,
        shown.counted,
        null::text as kind,
        measured.metric,
        measured.value
    from shown
    cross join lateral (
        values
        ('balance_usd', balance_usd),
        -- A reading of another day says nothing of today.
        ('today_usd', case when read_at >= date_trunc('day', asked_at(), 'UTC') then usage_today_usd end),
        (
            'month_usd',
            case
                when cycle_end >= asked_day() then usage_month_usd
                when cycle_end is null and read_at >= date_trunc('month', asked_at(), 'UTC') then usage_month_usd
            end
        ),
        ('reading_age_seconds', extract(epoch from age)),
        ('consecutive_failures', consecutive_failures)
    ) as measured (metric, value)

    union all

    select null, provider_name, null, null, error_kind, 'failing_integrations', count(*)
    from shown
    where error is not null
    group by provider_name, error_kind

    union all

    select null, null, null, null, null, 'integrations', count(*)
    from integrations
    inner join clients
        on clients.id = integrations.client_id
        and clients.is_active
    where integrations.is_active and integrations.deleted_at is null

    union all

    select null, null, null, null, kind, 'open_alerts', count(*)
    from alerts
    where ended_at is null
    group by kind

    union all

    select null, null, null, null, null, 'undelivered_alerts', count(*)
    from alert_deliveries
    where delivered_at is null and error is not null and created_at > now() - interval '7 days'

    union all

    select null, null, null, null, null, 'waiting_requests', count(*)
    from sync_requests
    where status = 'pending'

    union all

    (
        select null, null, null, null, null, last_sync.metric, last_sync.value
        from (
            select *
            from syncs
            where finished_at is not null and error is null and synced_at is not null
            order by finished_at desc
            limit 1
        ) as syncs
        cross join lateral (
            values
            ('last_sync_duration_seconds', extract(epoch from finished_at - synced_at)),
            ('last_sync_timestamp_seconds', extract(epoch from finished_at))
        ) as last_sync (metric, value)
    )
)

select *
from samples
where value is not null
