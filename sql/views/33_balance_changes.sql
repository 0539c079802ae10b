-- How did each reported balance change from one reading to the next: spend, or a top-up?
create or replace view balance_changes as
select
    clients.name as client,
    later.client_id,
    later.provider_name,
    later.integration_id,
    earlier.synced_at as from_at,
    later.synced_at as to_at,
    later.balance_currency as currency,
    case when earlier.balance_currency = later.balance_currency then earlier.balance end as balance_before,
    later.balance as balance_after,
    case
        when earlier.balance_currency = later.balance_currency and later.balance <= earlier.balance
            then earlier.balance - later.balance
    end as spend,
    case
        when earlier.balance_currency = later.balance_currency then greatest(later.balance - earlier.balance, 0)
    end as top_up,
    earlier.balance_currency <> later.balance_currency or later.balance > earlier.balance as is_partial
from spend_snapshots as later
inner join clients
    on clients.id = later.client_id
-- One look into an index a row: a window of history costs no more than its own readings.
cross join lateral (
    select
        snapshots.synced_at,
        snapshots.balance,
        snapshots.balance_currency
    from spend_snapshots as snapshots
    where
        snapshots.integration_id = later.integration_id
        and snapshots.synced_at < later.synced_at
        and snapshots.balance_basis = 'reported'
    order by snapshots.synced_at desc
    limit 1
) as earlier
where later.balance_basis = 'reported';

comment on view balance_changes is 'from each reported balance to the next: one row an interval; recorded balances follow from spend and are not in it';
comment on column balance_changes.client is 'the client''s name';
comment on column balance_changes.client_id is 'the client''s id';
comment on column balance_changes.provider_name is 'the provider';
comment on column balance_changes.integration_id is 'the integration''s id';
comment on column balance_changes.from_at is 'when the earlier balance was read';
comment on column balance_changes.to_at is 'when the later one was';
comment on column balance_changes.currency is 'of the later balance: an ISO code, or the lower-case name of a unit that is not money';
comment on column balance_changes.balance_before is 'the earlier balance; null where it was in another currency';
comment on column balance_changes.balance_after is 'the later balance';
comment on column balance_changes.spend is 'by how much the balance fell; null where it rose, for a top-up hides what was spent; never negative';
comment on column balance_changes.top_up is 'by how much it rose, so at least this much was added; 0 where it fell';
comment on column balance_changes.is_partial is 'true where the spend of the interval is not known: a top-up, or another currency';
