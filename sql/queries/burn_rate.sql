-- How long does each balance last at the pace of the last 14 days?
with pace as (
    select
        integration_id,
        currency,
        sum(spend) + sum(restated) as spent,
        asked_day() - min(since) as days
    from spend_by_day(asked_day() - 14, asked_day() - 1)
    group by integration_id, currency
),

burning as (
    select
        balances.client,
        balances.provider_name,
        balances.integration_id,
        balances.balance,
        balances.balance_currency as currency,
        balances.balance_basis as basis,
        balances.read_at,
        case when pace.days >= 3 then round(pace.spent / pace.days, 4) end as spend_per_day
    from current_balances as balances
    left join pace
        on pace.integration_id = balances.integration_id
        and pace.currency = balances.balance_currency
    where
        balances.is_active
        and balances.balance is not null
        and is_asked(balances.client)
)

select
    client,
    provider_name,
    integration_id,
    balance,
    currency,
    basis,
    read_at,
    spend_per_day,
    case when balance <= 0 then 0 when spend_per_day > 0 then round(balance / spend_per_day, 1) end as days_left,
    case
        when balance <= 0 then 'used up'
        when spend_per_day is null then 'not enough history yet'
        when spend_per_day <= 0 then 'nothing was spent'
        else 'empty on ' || (asked_day() + least(balance / spend_per_day, 36500)::int)::text
    end as outlook
from burning
order by days_left nulls last, client, integration_id
