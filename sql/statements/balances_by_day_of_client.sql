-- What was left at the end of each UTC day of a window at each of a client's integrations, and what was added on it?
-- A rise between two reported balances is a top-up; a week before the window is looked at for the balance before it.
with balances as (
    select
        snapshots.integration_id,
        (snapshots.synced_at at time zone 'UTC')::date as day,
        snapshots.synced_at,
        snapshots.balance,
        snapshots.balance_currency,
        snapshots.balance_basis,
        snapshots.balance_usd,
        case
            when
                snapshots.balance_basis = 'reported'
                and lag(snapshots.balance_basis) over earlier = 'reported'
                and lag(snapshots.balance_currency) over earlier = snapshots.balance_currency
                then greatest(snapshots.balance - lag(snapshots.balance) over earlier, 0)
        end as top_up
    from spend_snapshots as snapshots
    where
        snapshots.client_id = :client_id
        and snapshots.balance is not null
        and snapshots.synced_at >= (cast(:first as date) - 7)::timestamp at time zone 'UTC'
        and snapshots.synced_at < (cast(:last as date) + 1)::timestamp at time zone 'UTC'
    window earlier as (partition by snapshots.integration_id order by snapshots.synced_at)
),

by_day as (
    select distinct on (integration_id, day)
        *,
        sum(top_up) over (partition by integration_id, day) as added
    from balances
    where day >= :first
    order by integration_id, day, synced_at desc
)

select
    by_day.day,
    integrations.provider_name,
    by_day.integration_id,
    integrations.key_label,
    by_day.balance,
    by_day.balance_currency,
    by_day.balance_basis,
    by_day.balance_usd,
    by_day.added as top_up,
    by_day.synced_at as read_at
from by_day
inner join integrations
    on integrations.id = by_day.integration_id
where
    integrations.client_id = :client_id
    and integrations.deleted_at is null
order by by_day.integration_id, by_day.day
