-- Brings the billing state of integrations up to the newest snapshot of these syncs; a newer state is left alone.
-- A figure that was not asked, because asking costs money, leaves what is known of it alone.
-- One pass and one row an integration: joined to itself, this took time by the square of the integrations.
with unapplied as (
    select
        snapshots.integration_id,
        snapshots.synced_at,
        snapshots as reading,
        snapshots.status = 'failed' as failed,
        not jsonb_exists(left_out.figures, 'balance') as asked_balance,
        not jsonb_exists(left_out.figures, 'usage_today') as asked_usage_today,
        not jsonb_exists(left_out.figures, 'usage_month') as asked_usage_month,
        snapshots.status = 'failed' or jsonb_array_length(left_out.figures) < 3 as asked,
        max(snapshots.synced_at) filter (
            where snapshots.status <> 'failed' and jsonb_array_length(left_out.figures) < 3
        ) over (partition by snapshots.integration_id) as good_at
    from spend_snapshots as snapshots
    inner join integrations
        on integrations.id = snapshots.integration_id
    inner join syncs
        on syncs.id = snapshots.sync_id
    cross join lateral (
        select
            case
                when syncs.trigger <> 'schedule'
                    then coalesce(cast(:paid_figures as jsonb) -> snapshots.provider_name, '[]')
                else '[]'
            end as figures
    ) as left_out
    where
        snapshots.sync_id = any(cast(:sync_ids as uuid[]))
        and (integrations.billing_attempted_at is null or snapshots.synced_at > integrations.billing_attempted_at)
),

newest as (
    select
        integration_id,
        max(synced_at) as attempted_at,
        (array_agg(reading order by synced_at desc) filter (where asked))[1] as latest,
        (array_agg(reading order by synced_at desc) filter (where not failed and asked))[1] as good,
        (array_agg(reading order by synced_at desc) filter (where not failed and asked_balance))[1] as balance,
        (array_agg(reading order by synced_at desc) filter (where not failed and asked_usage_today))[1] as today,
        (array_agg(reading order by synced_at desc) filter (where not failed and asked_usage_month))[1] as month,
        max(synced_at) filter (
            where not failed and asked_balance and asked_usage_today and asked_usage_month
        ) as whole_at,
        count(*) filter (where failed and (good_at is null or synced_at > good_at)) as failures_since_good
    from unapplied
    group by integration_id
)

update integrations
set
    cached_balance = case
        when (newest.balance).sync_id is null then cached_balance
        else (newest.balance).balance_shown
    end,
    cached_currency = case
        when (newest.balance).sync_id is null then cached_currency
        when (newest.balance).balance_currency ~ '^[a-z]' then (newest.balance).balance_currency
        else 'USD'
    end,
    cached_usage_today = case
        when (newest.today).sync_id is null then cached_usage_today
        else (newest.today).usage_today_usd
    end,
    cached_usage_month = case
        when (newest.month).sync_id is null then cached_usage_month
        else (newest.month).usage_month_usd
    end,
    billing_note = case when (newest.good).sync_id is null then billing_note else (newest.good).note end,
    -- As old as the oldest figure: a sync that did not ask for all of them does not make the others newer.
    billing_synced_at = coalesce(newest.whole_at, billing_synced_at, (newest.good).synced_at),
    billing_attempted_at = newest.attempted_at,
    billing_sync_error = case
        when (newest.latest).sync_id is null then billing_sync_error
        else (newest.latest).error
    end,
    billing_sync_error_kind = case
        when (newest.latest).sync_id is null then billing_sync_error_kind
        else (newest.latest).error_kind
    end,
    consecutive_failures = newest.failures_since_good
    + case when (newest.good).sync_id is null then consecutive_failures else 0 end
from newest
where integrations.id = newest.integration_id
