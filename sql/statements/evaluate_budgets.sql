-- Which budgets are crossed as of a moment? Ends and fires their alerts, and queues what is to be told, all at once.
-- What is unknown is null and does neither. A failed reading leaves an integration's last good figures in force.
-- The day and the month are those of the newest reading: midnight may have passed since, and nothing is known of that.
with newest as (
    select least(cast(:now as timestamptz), max(billing_attempted_at)) as moment
    from integrations
),

moments as (
    select
        moment,
        date_trunc('day', moment, 'UTC') as day_start,
        date_trunc('month', moment, 'UTC') as month_start,
        cast(moment at time zone 'UTC' as date) as today
    from newest
),

active as (
    select
        integrations.*,
        num_nonnulls(clients.spend_limit_amount, clients.low_balance_amount, clients.low_days_left) > 0 as client_is_watched
    from integrations
    inner join clients
        on clients.id = integrations.client_id
        and clients.is_active
    where integrations.is_active and integrations.deleted_at is null
),

-- Spend a day over the last fortnight, of what is known of it, in the balance's currency: at least three days.
paces as (
    select
        active.id,
        sum(amounts.spent) / (moments.today - min(days.since)) as spend_per_day
    from active
    cross join moments
    inner join spend_days as days
        on days.integration_id = active.id
        and days.day between moments.today - 14 and moments.today - 1
    cross join lateral (
        select
            case
                when active.cached_currency = 'USD' then days.spend_usd + days.restated_usd
                when active.cached_currency = days.currency then days.spend + days.restated
            end as spent
    ) as amounts
    group by active.id, moments.today
    having moments.today - min(days.since) >= 3 and bool_and(amounts.spent is not null)
),

known as (
    select
        active.id,
        active.client_id,
        active.client_is_watched,
        active.spend_limit_amount,
        active.spend_limit_period,
        active.spend_limit_action,
        active.low_balance_amount,
        active.low_days_left,
        active.cached_balance,
        active.cached_usage_today,
        active.cached_usage_month,
        active.billing_synced_at,
        active.billing_sync_error is not null as is_failing,
        case when active.cached_currency = 'USD' then active.cached_balance end as balance_usd,
        case when active.billing_synced_at >= moments.day_start then active.cached_usage_today end as today_usd,
        case when active.billing_synced_at >= moments.month_start then active.cached_usage_month end as month_usd,
        paces.spend_per_day
    from active
    cross join moments
    left join paces
        on paces.id = active.id
),

-- An integration's days are not told while it fails: the fortnight moves on, and its balance does not.
of_integrations as (
    select
        known.client_id,
        known.id as integration_id,
        budget.*
    from known
    cross join moments
    cross join lateral (
        select
            case known.spend_limit_period when 'daily' then known.today_usd else known.month_usd end as usage,
            case
                when known.is_failing then null
                when known.cached_balance <= 0 then 0
                when known.spend_per_day > 0 then round(known.cached_balance / known.spend_per_day, 1)
            end as days_left,
            not known.is_failing and known.cached_balance > 0 and known.spend_per_day <= 0 as lasts_for_ever
    ) as figures
    cross join lateral (
        values
        (
            'spend_limit',
            known.spend_limit_period,
            cast(
                case known.spend_limit_period when 'daily' then moments.day_start else moments.month_start end
                at time zone 'UTC' as date
            ),
            known.spend_limit_action,
            known.spend_limit_amount,
            figures.usage,
            figures.usage > known.spend_limit_amount,
            figures.usage <= known.spend_limit_amount
        ),
        (
            'low_balance',
            null, null, null,
            known.low_balance_amount,
            known.balance_usd,
            known.balance_usd < known.low_balance_amount,
            known.balance_usd >= known.low_balance_amount
        ),
        (
            'low_days_left',
            null, null, null,
            known.low_days_left,
            figures.days_left,
            figures.days_left < known.low_days_left,
            figures.days_left >= known.low_days_left + 1 or figures.lasts_for_ever
        )
    ) as budget (kind, period, period_start, action, threshold, figure, is_crossed, is_clear)
    where budget.threshold is not null
),

-- A figure that is null and that this integration told within the last month, or would tell if it did not fail, is missing;
-- one that its provider never tells adds nothing, as in spend_totals.
of_watched_clients as (
    select
        known.*,
        coalesce(last_good.counted, true) as counted,
        known.cached_balance is null and (never.was_read or coalesce(told.balance, false)) as balance_is_missing,
        known.today_usd is null
        and (never.was_read or known.cached_usage_today is not null or coalesce(told.today, false)) as today_is_missing,
        known.month_usd is null
        and (never.was_read or known.cached_usage_month is not null or coalesce(told.month, false)) as month_is_missing
    from known
    cross join moments
    cross join lateral (select known.is_failing or known.billing_synced_at is null as was_read) as never
    left join lateral (
        select snapshots.counted
        from spend_snapshots as snapshots
        where
            snapshots.integration_id = known.id
            and snapshots.synced_at = known.billing_synced_at
            and snapshots.status <> 'failed'
        limit 1
    ) as last_good on true
    left join lateral (
        select
            bool_or(snapshots.balance_shown is not null) as balance,
            bool_or(snapshots.usage_today_usd is not null) as today,
            bool_or(snapshots.usage_month_usd is not null) as month
        from spend_snapshots as snapshots
        where
            num_nulls(known.cached_balance, known.cached_usage_today, known.cached_usage_month) > 0
            and snapshots.integration_id = known.id
            and snapshots.synced_at > moments.moment - interval '31 days'
    ) as told on true
    where known.client_is_watched
),

sums as (
    select
        client_id,
        sum(balance_usd) filter (where counted) as balance,
        sum(today_usd) filter (where counted) as today,
        sum(month_usd) filter (where counted) as month,
        bool_or(balance_is_missing) as lacks_balance,
        bool_or(today_is_missing) as lacks_today,
        bool_or(month_is_missing) as lacks_month,
        bool_or(is_failing) as lacks_pace,
        sum(balance_usd) filter (where counted and spend_per_day is not null) as balance_with_pace,
        sum(spend_per_day) filter (where counted and balance_usd is not null) as spend_per_day
    from of_watched_clients
    group by client_id
),

-- A sum of what is known, above a limit, is above it whatever else was spent; below it, only if nothing is missing.
of_clients as (
    select
        clients.id as client_id,
        cast(null as bigint) as integration_id,
        budget.*
    from sums
    inner join clients
        on clients.id = sums.client_id
    cross join moments
    cross join lateral (
        select
            case clients.spend_limit_period when 'daily' then sums.today else sums.month end as usage,
            case clients.spend_limit_period when 'daily' then sums.lacks_today else sums.lacks_month end as lacks_usage,
            case when not sums.lacks_balance then sums.balance end as balance,
            case
                when sums.lacks_balance or sums.lacks_pace then null
                when sums.balance_with_pace <= 0 then 0
                when sums.spend_per_day > 0 then round(sums.balance_with_pace / sums.spend_per_day, 1)
            end as days_left,
            not sums.lacks_balance and not sums.lacks_pace and sums.balance_with_pace > 0 and sums.spend_per_day <= 0
            as lasts_for_ever
    ) as figures
    cross join lateral (
        values
        (
            'spend_limit',
            clients.spend_limit_period,
            cast(
                case clients.spend_limit_period when 'daily' then moments.day_start else moments.month_start end
                at time zone 'UTC' as date
            ),
            'warn',
            clients.spend_limit_amount,
            figures.usage,
            figures.usage > clients.spend_limit_amount,
            figures.usage <= clients.spend_limit_amount and not figures.lacks_usage
        ),
        (
            'low_balance',
            null, null, null,
            clients.low_balance_amount,
            figures.balance,
            figures.balance < clients.low_balance_amount,
            figures.balance >= clients.low_balance_amount
        ),
        (
            'low_days_left',
            null, null, null,
            clients.low_days_left,
            figures.days_left,
            figures.days_left < clients.low_days_left,
            figures.days_left >= clients.low_days_left + 1 or figures.lasts_for_ever
        )
    ) as budget (kind, period, period_start, action, threshold, figure, is_crossed, is_clear)
    where budget.threshold is not null
),

budgets as (
    select * from of_integrations
    union all
    select * from of_clients
),

opened as (
    select
        alerts.id,
        budgets.figure,
        case
            when budgets.kind is null then 'not_watched'
            when alerts.period_start <> budgets.period_start and (budgets.is_crossed or budgets.figure <= budgets.threshold)
                then 'new_period'
            when budgets.is_clear then 'recovered'
        end as reason,
        budgets.kind is not null and not coalesce(budgets.is_crossed, false) as is_told
    from alerts
    left join budgets
        on budgets.client_id = alerts.client_id
        and budgets.integration_id is not distinct from alerts.integration_id
        and budgets.kind = alerts.kind
        and budgets.period is not distinct from alerts.period
    where alerts.ended_at is null
),

ended as (
    update alerts
    set ended_at = moments.moment, ended_because = opened.reason, ended_figure = opened.figure
    from opened, moments
    where
        alerts.id = opened.id
        and alerts.ended_at is null
        and opened.reason is not null
    returning alerts.id, alerts.client_id, opened.is_told
),

-- After the last one has ended: a budget has one open alert at most.
fired as (
    insert into alerts (client_id, integration_id, kind, period, period_start, action, threshold, figure, fired_at)
    select
        budgets.client_id,
        budgets.integration_id,
        budgets.kind,
        budgets.period,
        budgets.period_start,
        budgets.action,
        budgets.threshold,
        budgets.figure,
        moments.moment
    from (select count(*) as number from ended) as ends
    cross join moments
    inner join budgets
        on budgets.is_crossed
        and ends.number >= 0
    where
        not exists (
            select
            from alerts
            where
                alerts.ended_at is null
                and alerts.client_id = budgets.client_id
                and alerts.integration_id is not distinct from budgets.integration_id
                and alerts.kind = budgets.kind
                and alerts.period is not distinct from budgets.period
                and alerts.period_start is not distinct from budgets.period_start
        )
    on conflict do nothing
    returning id, client_id
),

events as (
    select id, client_id, 'fired' as event from fired
    union all
    select id, client_id, 'recovered' from ended where is_told
),

queued as (
    insert into alert_deliveries (alert_id, client_id, channel_id, event)
    select events.id, events.client_id, channels.id, events.event
    from events
    inner join alert_channels as channels
        on channels.client_id = events.client_id
        and channels.removed_at is null
    union all
    select events.id, events.client_id, null, events.event
    from events
    where :operator
    on conflict do nothing
    returning id
)

select
    (select count(*) from budgets) as budgets,
    (select count(*) from budgets where is_crossed is null and is_clear is null) as unknown,
    (select count(*) from fired) as fired,
    (select count(*) from ended) as ended,
    (select count(*) from queued) as queued,
    (select count(*) from alerts where ended_at is null)
    - (select count(*) from ended)
    + (select count(*) from fired) as open
