-- How many integrations are there, how many with an error, and which are the hundred that fail the longest?
select
    counts.integrations,
    counts.with_an_error,
    failing.id,
    failing.provider_name,
    failing.billing_sync_error,
    failing.consecutive_failures
from (
    select
        count(*) as integrations,
        count(billing_sync_error) as with_an_error
    from integrations
    where deleted_at is null
) as counts
left join (
    select *
    from integrations
    where deleted_at is null and billing_sync_error is not null
    order by consecutive_failures desc, id
    limit 100
) as failing
    on true
order by failing.id
