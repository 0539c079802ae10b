-- Which integrations has a sync still to read (clients whose rows are there are done), until when is one not to be asked,
-- and, where a balance was recorded by hand, what was spent since by our snapshots?
select
    integrations.id,
    integrations.client_id,
    integrations.provider_name,
    integrations.credentials,
    integrations.account,
    integrations.recorded_balance,
    integrations.recorded_balance_currency,
    integrations.recorded_balance_as_of,
    spent.closed_months,
    spent.before,
    integrations.billing_sync_error,
    integrations.billing_sync_error_kind,
    rest.held_back_until
from integrations_in_scope(:sync_id) as integrations
inner join syncs
    on syncs.id = :sync_id
-- A moment more than a day ahead was written by a clock that was wrong.
cross join lateral (
    select max(moment) as held_back_until
    from (
        values
            (integrations.parked_until),
            (case when syncs.trigger = 'schedule' then integrations.rests_until end)
    ) as moments (moment)
    where
        moment > :now
        and moment <= cast(:now as timestamptz) + interval '1 day'
        and integrations.billing_sync_error is not null
) as rest
left join lateral (
    select
        spent_in_closed_months(
            integrations.id,
            integrations.recorded_balance_currency,
            integrations.recorded_balance_as_of,
            :now
        ) as closed_months,
        spent_before(
            integrations.id,
            integrations.recorded_balance_currency,
            integrations.recorded_balance_as_of
        ) as before
) as spent
    on integrations.recorded_balance is not null
where
    not exists (
        select
        from spend_snapshots
        where
            spend_snapshots.sync_id = :sync_id
            and spend_snapshots.client_id = integrations.client_id
            and spend_snapshots.synced_at = :now
    )
order by integrations.id
