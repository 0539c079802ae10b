-- Brings the billing state of integrations up to the newest snapshot of these syncs; a newer state is left alone.
-- A figure that was not asked, because asking costs money, leaves what is known of it alone; an integration that was held
-- back stays so.
with unapplied as (
    select
        snapshots.*,
        syncs.trigger,
        integrations.failing_since as failing_before,
        snapshots.status <> 'failed' as was_read,
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

since_good as (
    select
        unapplied.*,
        max(synced_at) filter (where was_read and asked) over (partition by integration_id) as good_at
    from unapplied
),

-- One pass, newest first: joining these back to each other, a row an integration, is quadratic where statistics are new.
newest as (
    select
        integration_id,
        max(synced_at) as attempted_at,
        good_at,
        failing_before,
        max(synced_at) filter (where asked) as latest_at,
        max(synced_at) filter (where was_read and asked_balance and asked_usage_today and asked_usage_month) as whole_at,
        bool_or(asked) as asked,
        bool_or(was_read and asked_balance) as balance_asked,
        bool_or(was_read and asked_usage_today) as usage_today_asked,
        bool_or(was_read and asked_usage_month) as usage_month_asked,
        (array_agg(balance_shown order by synced_at desc) filter (where was_read and asked_balance))[1] as balance,
        (array_agg(balance_currency order by synced_at desc) filter (where was_read and asked_balance))[1] as currency,
        (array_agg(usage_today_usd order by synced_at desc) filter (where was_read and asked_usage_today))[1]
        as usage_today,
        (array_agg(usage_month_usd order by synced_at desc) filter (where was_read and asked_usage_month))[1]
        as usage_month,
        (array_agg(account order by synced_at desc) filter (where was_read and asked))[1] as account,
        (array_agg(status order by synced_at desc) filter (where asked))[1] as status,
        (array_agg(trigger order by synced_at desc) filter (where asked))[1] as trigger,
        (array_agg(held_back order by synced_at desc) filter (where asked))[1] as held_back,
        (array_agg(parked_until order by synced_at desc) filter (where asked))[1] as parked_until,
        (array_agg(note order by synced_at desc) filter (where was_read and asked))[1] as note,
        (array_agg(error order by synced_at desc) filter (where asked))[1] as error,
        (array_agg(error_kind order by synced_at desc) filter (where asked))[1] as error_kind,
        count(*) filter (where asked and not was_read and (good_at is null or synced_at > good_at)) as failures_since_good
    from since_good
    group by integration_id, good_at, failing_before
),

-- A manual sync, and a success, begin the count of unattended failures anew.
state as (
    select
        newest.*,
        not asked or held_back as keeps_its_rest,
        case
            when trigger <> 'schedule' or good_at is not null then latest_at
            else coalesce(failing_before, latest_at)
        end as unattended_since
    from newest
)

update integrations
set
    cached_balance = case when state.balance_asked then state.balance else cached_balance end,
    cached_currency = case
        when not state.balance_asked then cached_currency
        when state.currency ~ '^[a-z]' then state.currency
        else 'USD'
    end,
    cached_usage_today = case when state.usage_today_asked then state.usage_today else cached_usage_today end,
    cached_usage_month = case when state.usage_month_asked then state.usage_month else cached_usage_month end,
    account = coalesce(integrations.account, state.account),
    billing_note = case when state.good_at is null then billing_note else state.note end,
    -- As old as the oldest figure: a sync that did not ask for all of them does not make the others newer.
    billing_synced_at = coalesce(state.whole_at, billing_synced_at, state.good_at),
    billing_attempted_at = state.attempted_at,
    billing_sync_error = case when state.asked then state.error else billing_sync_error end,
    billing_sync_error_kind = case when state.asked then state.error_kind else billing_sync_error_kind end,
    parked_until = case when state.keeps_its_rest then integrations.parked_until else state.parked_until end,
    failing_since = case
        when state.keeps_its_rest then integrations.failing_since
        when state.status = 'failed' then state.unattended_since
    end,
    rests_until = case
        when state.keeps_its_rest then integrations.rests_until
        when state.status = 'failed' and state.trigger = 'schedule'
            then state.latest_at + rest_after(state.latest_at - state.unattended_since)
    end,
    consecutive_failures = state.failures_since_good
    + case when state.good_at is null then consecutive_failures else 0 end
from state
where integrations.id = state.integration_id
