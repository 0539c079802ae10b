-- What did each sync do, how long did it take, and how did it end?
create or replace view sync_history as
select
    syncs.id as sync_id,
    syncs.trigger,
    clients.name as client,
    syncs.run_id,
    syncs.synced_at,
    syncs.finished_at,
    syncs.finished_at - syncs.synced_at as duration,
    syncs.attempts,
    counts.readings,
    counts.failed,
    counts.slowest_seconds,
    case
        when syncs.error is not null then 'failed'
        when syncs.finished_at is not null then 'done'
        else 'running'
    end as status,
    syncs.error
from syncs
left join clients
    on clients.id = syncs.client_id
left join lateral (
    select
        count(*) as readings,
        count(*) filter (where snapshots.status = 'failed') as failed,
        max(snapshots.read_seconds) as slowest_seconds
    from spend_snapshots as snapshots
    where
        snapshots.sync_id = syncs.id
        and snapshots.synced_at = syncs.synced_at
) as counts on true;

comment on view sync_history is 'every sync: one row each';
comment on column sync_history.sync_id is 'the sync''s id';
comment on column sync_history.trigger is 'manual (over HTTP), schedule, ui or cli';
comment on column sync_history.client is 'the one client it was for; null where it was for all, or for whoever asked';
comment on column sync_history.run_id is 'its run in the Dagster UI';
comment on column sync_history.synced_at is 'its clock reading, which all its figures carry; null before it begins';
comment on column sync_history.finished_at is 'when its totals were written, or it was given up';
comment on column sync_history.duration is 'from the one to the other';
comment on column sync_history.attempts is 'runs it took: more than 1 where one died';
comment on column sync_history.readings is 'integrations read or tried';
comment on column sync_history.failed is 'those that failed';
comment on column sync_history.slowest_seconds is 'the longest that one integration took';
comment on column sync_history.status is 'running, done or failed; a failing provider does not fail a sync';
comment on column sync_history.error is 'why it was given up';
