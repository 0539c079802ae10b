-- Which figures of a sync are hard to believe after the integration's reading before: a thousandfold, less of the same
-- month, another currency? They are stored as given; this only shows them.
with readings as (
    select
        integration_id,
        provider_name,
        synced_at,
        balance,
        balance_currency,
        balance_basis,
        usage_month,
        usage_month_currency,
        coalesce(cycle_start, date_trunc('month', synced_at at time zone 'UTC')::date) as month_start
    from spend_snapshots
    where sync_id = :sync_id and status = 'read'
),

pairs as (
    select
        readings.integration_id,
        readings.provider_name,
        figures.*,
        readings.month_start = before.month_start as same_month,
        before.synced_at as since
    from readings
    cross join lateral (
        select
            earlier.*,
            coalesce(
                earlier.cycle_start, date_trunc('month', earlier.synced_at at time zone 'UTC')::date
            ) as month_start
        from spend_snapshots as earlier
        where
            earlier.integration_id = readings.integration_id
            and earlier.synced_at < readings.synced_at
            and earlier.status = 'read'
        order by earlier.synced_at desc
        limit 1
    ) as before
    cross join lateral (
        values
        ('balance', before.balance, before.balance_currency, readings.balance, readings.balance_currency),
        (
            'usage_month',
            before.usage_month,
            before.usage_month_currency,
            readings.usage_month,
            readings.usage_month_currency
        )
    ) as figures (figure, was, was_currency, amount, currency)
    where
        figures.was is not null
        and figures.amount is not null
        and (figures.figure <> 'balance' or readings.balance_basis = before.balance_basis)
),

judged as (
    select
        *,
        case
            when currency <> was_currency then 'another currency'
            when figure = 'usage_month' and same_month and amount < was then 'less of the same month'
            -- Below one unit a top-up is a thousandfold as well.
            when
                (figure = 'balance' or same_month) and abs(amount) >= 1000 * greatest(abs(was), 1)
                then 'a thousandfold'
        end as doubt
    from pairs
)

select integration_id, provider_name, figure, doubt, was, was_currency, amount, currency, since
from judged
where doubt is not null
order by integration_id, figure
