-- How many integrations did a sync read at each provider, how many failed, and how many have no billing API?
select
    provider_name,
    count(*) as integrations,
    count(*) filter (where status = 'failed') as failed,
    count(*) filter (where status = 'unsupported') as unsupported
from spend_snapshots
where sync_id = :sync_id
group by provider_name
