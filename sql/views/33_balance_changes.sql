-- How did each reported balance change from one reading to the next: spend, or a top-up?
create or replace view balance_changes as
with balances as (
    select
        snapshots.client_id,
        snapshots.provider_name,
        snapshots.integration_id,
        snapshots.synced_at,
        snapshots.balance,
        snapshots.balance_currency,
        lag(snapshots.synced_at) over earlier as from_at,
        lag(snapshots.balance) over earlier as balance_before,
        lag(snapshots.balance_currency) over earlier as currency_before
    from spend_snapshots as snapshots
    where snapshots.balance_basis = 'reported'
    window earlier as (partition by snapshots.integration_id order by snapshots.synced_at)
)

select
    clients.name as client,
    balances.client_id,
    balances.provider_name,
    balances.integration_id,
    balances.from_at,
    balances.synced_at as to_at,
    balances.balance_currency as currency,
    case when currency_before = balance_currency then balance_before end as balance_before,
    balances.balance as balance_after,
    case when currency_before = balance_currency and balance <= balance_before then balance_before - balance end as spend,
    case
        when currency_before = balance_currency then greatest(balance - balance_before, 0)
    end as top_up,
    currency_before <> balance_currency or balance > balance_before as is_partial
from balances
inner join clients
    on clients.id = balances.client_id
where balances.from_at is not null;

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
