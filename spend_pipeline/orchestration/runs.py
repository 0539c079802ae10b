"""What a Dagster run says of its sync, in tags: which one, why it runs, and for whom. Nothing secret is ever in one."""

from uuid import UUID

import dagster as dg

from spend_pipeline.syncing import SyncRun

SYNC_ID_TAG = "spend/sync_id"
TRIGGER_TAG = "spend/trigger"
CLIENT_ID_TAG = "spend/client_id"
PART_OF_TAG = "spend/part_of"  # what the runs of one automatic sync in parts have in common


def sync_id_of(run: dg.DagsterRun) -> UUID:
    """The sync a run works on: the one its tag names, else a sync of its own under the run's id."""
    return UUID(run.tags.get(SYNC_ID_TAG, run.run_id))


def sync_run(context: dg.AssetExecutionContext) -> SyncRun:
    """The sync that a run over provider partitions is to take the snapshots of."""
    tags = context.run.tags
    client_id = tags.get(CLIENT_ID_TAG)
    return SyncRun(
        sync_id=sync_id_of(context.run),
        run_id=context.run.run_id,
        trigger=tags.get(TRIGGER_TAG, "ui"),
        provider_names=list(context.partition_keys),
        client_id=int(client_id) if client_id else None,
    )
