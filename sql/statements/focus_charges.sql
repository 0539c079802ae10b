-- The charges of a window of UTC days, for FOCUS: usage by integration and day, and purchases of credit that a balance showed.
-- Accounts that two integrations read are told once; a day of which nothing is known gives no row.
select
    'Usage' as category,
    days.client,
    days.client_id,
    days.provider_name,
    days.integration_id,
    days.key_label,
    days.day,
    days.currency,
    days.spend + days.restated as amount,
    days.spend_usd + days.restated_usd as amount_usd,
    days.is_partial,
    days.basis,
    days.since,
    null::timestamptz as seen_at
from spend_by_day(cast(:first_day as date), cast(:last_day as date)) as days
where days.counted and days.day between :first_day and :last_day

union all

select
    'Purchase',
    changes.client,
    changes.client_id,
    changes.provider_name,
    changes.integration_id,
    integrations.key_label,
    (changes.to_at at time zone 'UTC')::date,
    changes.currency,
    changes.top_up,
    case when changes.currency = 'USD' then changes.top_up end,
    true,
    'derived',
    (changes.from_at at time zone 'UTC')::date,
    changes.to_at
from balance_changes as changes
inner join integrations
    on integrations.id = changes.integration_id
inner join spend_snapshots as snapshots
    on snapshots.integration_id = changes.integration_id
    and snapshots.synced_at = changes.to_at
    and snapshots.counted
where
    changes.top_up > 0
    and changes.to_at >= cast(:first_day as date)::timestamp at time zone 'UTC'
    and changes.to_at < (cast(:last_day as date) + 1)::timestamp at time zone 'UTC'
order by 7, 5, 1 desc, 14
