-- Divides a sync of everything, once, into parts of about so many integrations each: whole clients, every client in one.
with sizes as (
    select
        integrations.client_id,
        count(*) as integrations
    from integrations
    inner join clients
        on clients.id = integrations.client_id
        and clients.is_active
    where
        integrations.is_active
        and integrations.deleted_at is null
    group by integrations.client_id
),

placed as (
    select
        client_id,
        div(sum(integrations) over (order by client_id) - integrations, :integrations_per_run) as part
    from sizes
),

firsts as (
    select
        part,
        case when row_number() over (order by part) > 1 then min(client_id) end as first_client_id
    from (select part, client_id from placed union all select 0, 0) as with_one_at_least
    group by part
)

insert into syncs (id, trigger, part_of, first_client_id, last_client_id)
select
    gen_random_uuid(),
    :trigger,
    :whole,
    first_client_id,
    lead(first_client_id) over (order by part) - 1
from firsts
where not exists (select from syncs where part_of = :whole)
