-- Takes the marks off the integrations whose days from there on are about to be rolled up. Whatever is marked from now on
-- stays so. Where there is anything of later days, those are still to come.
with taken as (
    delete from days_to_roll_up
    where from_day between :first and :last
    returning integration_id, client_id
)

insert into days_to_roll_up (integration_id, from_day, client_id)
select distinct integration_id, cast(:last as date) + 1, client_id
from taken
where
    exists (
        select
        from spend_snapshots
        where
            spend_snapshots.integration_id = taken.integration_id
            and spend_snapshots.synced_at >= (cast(:last as date) + 1)::timestamp at time zone 'UTC'
    )
    or exists (
        select
        from spend_days
        where
            spend_days.integration_id = taken.integration_id
            and spend_days.day > :last
    )
