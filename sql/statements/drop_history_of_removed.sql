-- Drops the snapshots of integrations that were removed longer ago than this many days, and counts them.
with dropped as (
    delete from spend_snapshots
    using integrations
    where
        integrations.id = spend_snapshots.integration_id
        and integrations.deleted_at <= now() - make_interval(days => :kept_days)
    returning spend_snapshots.integration_id
)

select
    count(*) as snapshots,
    count(distinct integration_id) as integrations
from dropped
