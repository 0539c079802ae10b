-- Which integrations of these syncs' scope have no snapshot? There should be none.
select integrations.id, integrations.provider_name
from syncs
cross join lateral integrations_in_scope(syncs.id) as integrations
left join spend_snapshots as snapshots
    on snapshots.sync_id = syncs.id
    and snapshots.integration_id = integrations.id
where
    syncs.id = :sync_id
    and snapshots.sync_id is null
    and integrations.created_at < syncs.synced_at
order by integrations.id
