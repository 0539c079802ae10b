-- What does a client have and spend at each of its integrations, how long does that last, and how does the month compare?
with days as materialized (
    select
        *,
        last_value(currency) over (
            partition by integration_id order by day rows between unbounded preceding and unbounded following
        ) as last_currency
    from visible_spend_by_day(cast(:last_month as date), cast(:today as date))
    where client_id = :client_id
),

-- Figures in an integration's own currency are of the currency it has now; those in US dollars are of every one.
spent as (
    select
        integration_id,
        max(last_currency) as currency,
        sum(spend) filter (where day = :today and currency = last_currency) as today,
        sum(spend_usd) filter (where day = :today) as today_usd,
        max(basis) filter (where day = :today and currency = last_currency) as today_basis,
        sum(spend + restated) filter (where day >= :this_month and currency = last_currency) as month,
        sum(spend_usd + restated_usd) filter (where day >= :this_month) as month_usd,
        sum(spend_usd + restated_usd) filter (where day >= :this_month and day < :today) as month_to_yesterday_usd,
        sum(spend_usd + restated_usd) filter (where day < :same_day) as last_month_usd,
        coalesce(bool_or(is_partial) filter (where day < :same_day), false)
        or coalesce(bool_or(is_partial) filter (where day >= :this_month and day < :today), false) as is_partial,
        sum(spend + restated) filter (
            where day between cast(:today as date) - 14 and cast(:today as date) - 1 and currency = last_currency
        ) as spent_lately,
        cast(:today as date) - min(since) filter (
            where day between cast(:today as date) - 14 and cast(:today as date) - 1 and currency = last_currency
        ) as days_lately
    from days
    group by integration_id
),

-- The month that the provider itself reported, where its last good reading is of this calendar month.
latest as (
    select
        integrations.*,
        last_good.balance,
        last_good.balance_currency,
        last_good.balance_basis,
        last_good.balance_usd,
        coalesce(last_good.counted, true) as counted,
        last_good.usage_month,
        last_good.usage_month_currency,
        last_good.usage_month_basis,
        last_good.usage_month_usd,
        last_good.usage_month is not null
        and last_good.synced_at >= cast(:this_month as timestamp) at time zone 'UTC'
        and coalesce(last_good.cycle_start = :this_month, true) as month_is_reported
    from integrations
    left join lateral (
        select *
        from spend_snapshots as snapshots
        where
            snapshots.integration_id = integrations.id
            and snapshots.synced_at = integrations.billing_synced_at
            and snapshots.status <> 'failed'
        limit 1
    ) as last_good on true
    where
        integrations.client_id = :client_id
        and integrations.deleted_at is null
)

select
    latest.id as integration_id,
    latest.provider_name,
    latest.key_label,
    latest.is_active,
    latest.counted,
    latest.balance,
    latest.balance_currency,
    latest.balance_basis,
    latest.balance_usd,
    spent.today,
    spent.currency as today_currency,
    spent.today_basis,
    spent.today_usd,
    case when month_is_reported then latest.usage_month else spent.month end as month,
    case when month_is_reported then latest.usage_month_currency else spent.currency end as month_currency,
    case when month_is_reported then latest.usage_month_basis else 'derived' end as month_basis,
    case when month_is_reported then latest.usage_month_usd else spent.month_usd end as month_usd,
    spent.month_to_yesterday_usd,
    spent.last_month_usd,
    coalesce(spent.is_partial, false) as comparison_is_partial,
    case
        when spent.days_lately >= 3 and spent.currency = latest.balance_currency
            then round(spent.spent_lately / spent.days_lately, 4)
    end as spend_per_day,
    latest.billing_synced_at as read_at,
    latest.billing_attempted_at as attempted_at,
    latest.billing_sync_error as error,
    latest.billing_sync_error_kind as error_kind,
    latest.consecutive_failures,
    latest.billing_note as note
from latest
left join spent
    on spent.integration_id = latest.id
order by latest.id
