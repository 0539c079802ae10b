-- Brings the billing state of integrations up to the newest snapshot of these syncs; a newer state is left alone.
-- A figure that was not asked, because asking costs money, leaves what is known of it alone; an integration that was held
-- back stays so.
with unapplied as (
    select
        snapshots.*,
        syncs.trigger,
        not jsonb_exists(left_out.figures, 'balance') as asked_balance,
        not jsonb_exists(left_out.figures, 'usage_today') as asked_usage_today,
        not jsonb_exists(left_out.figures, 'usage_month') as asked_usage_month,
        snapshots.status = 'failed' or jsonb_array_length(left_out.figures) < 3 as asked
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

good as (
    select distinct on (integration_id) *
    from unapplied
    where status <> 'failed' and asked
    order by integration_id, synced_at desc
),

good_balance as (
    select distinct on (integration_id) *
    from unapplied
    where status <> 'failed' and asked_balance
    order by integration_id, synced_at desc
),

good_usage_today as (
    select distinct on (integration_id) *
    from unapplied
    where status <> 'failed' and asked_usage_today
    order by integration_id, synced_at desc
),

good_usage_month as (
    select distinct on (integration_id) *
    from unapplied
    where status <> 'failed' and asked_usage_month
    order by integration_id, synced_at desc
),

whole as (
    select
        integration_id,
        max(synced_at) as synced_at
    from unapplied
    where status <> 'failed' and asked_balance and asked_usage_today and asked_usage_month
    group by integration_id
),

latest as (
    select distinct on (unapplied.integration_id)
        unapplied.*,
        count(*) filter (
            where unapplied.status = 'failed' and (good.synced_at is null or unapplied.synced_at > good.synced_at)
        ) over (partition by unapplied.integration_id) as failures_since_good
    from unapplied
    left join good
        on good.integration_id = unapplied.integration_id
    where unapplied.asked
    order by unapplied.integration_id, unapplied.synced_at desc
),

attempted as (
    select
        integration_id,
        max(synced_at) as synced_at
    from unapplied
    group by integration_id
)

update integrations
set
    cached_balance = case when good_balance.sync_id is null then cached_balance else good_balance.balance_shown end,
    cached_currency = case
        when good_balance.sync_id is null then cached_currency
        when good_balance.balance_currency ~ '^[a-z]' then good_balance.balance_currency
        else 'USD'
    end,
    cached_usage_today = case
        when good_usage_today.sync_id is null then cached_usage_today
        else good_usage_today.usage_today_usd
    end,
    cached_usage_month = case
        when good_usage_month.sync_id is null then cached_usage_month
        else good_usage_month.usage_month_usd
    end,
    account = coalesce(integrations.account, good.account),
    billing_note = case when good.sync_id is null then billing_note else good.note end,
    -- As old as the oldest figure: a sync that did not ask for all of them does not make the others newer.
    billing_synced_at = coalesce(whole.synced_at, billing_synced_at, good.synced_at),
    billing_attempted_at = attempted.synced_at,
    billing_sync_error = case when latest.sync_id is null then billing_sync_error else latest.error end,
    billing_sync_error_kind = case when latest.sync_id is null then billing_sync_error_kind else latest.error_kind end,
    parked_until = case
        when latest.sync_id is null or latest.held_back then integrations.parked_until
        else latest.parked_until
    end,
    failing_since = case
        when latest.sync_id is null or latest.held_back then integrations.failing_since
        when latest.status = 'failed' then unattended.since
    end,
    rests_until = case
        when latest.sync_id is null or latest.held_back then integrations.rests_until
        when latest.status = 'failed' and latest.trigger = 'schedule'
            then latest.synced_at + rest_after(latest.synced_at - unattended.since)
    end,
    consecutive_failures = coalesce(latest.failures_since_good, 0)
    + case when good.sync_id is null then consecutive_failures else 0 end
from attempted
left join latest
    on latest.integration_id = attempted.integration_id
left join good
    on good.integration_id = attempted.integration_id
left join good_balance
    on good_balance.integration_id = attempted.integration_id
left join good_usage_today
    on good_usage_today.integration_id = attempted.integration_id
left join good_usage_month
    on good_usage_month.integration_id = attempted.integration_id
left join whole
    on whole.integration_id = attempted.integration_id
-- A manual sync, and a success, begin the count anew.
left join lateral (
    select
        case
            when latest.trigger <> 'schedule' or good.sync_id is not null then latest.synced_at
            else coalesce(before.failing_since, latest.synced_at)
        end as since
    from integrations as before
    where before.id = attempted.integration_id
) as unattended on true
where integrations.id = attempted.integration_id
