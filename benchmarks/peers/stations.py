"""spend-pipeline's stations one after the other, without Dagster: what of a sync is ours."""

from uuid import uuid4

from benchmarks.peers.job import Job, main
from spend_pipeline.settings import load
from spend_pipeline.store.database import Database
from spend_pipeline.store.syncs import rows_of
from spend_pipeline.syncing import SyncRun, syncing


def sync(job: Job) -> int:
    database = Database(job.postgres)
    work = syncing(load(), database)
    sync_id = uuid4()
    work.take_snapshots(SyncRun(sync_id, "benchmark", "cli", list(work.reader.providers)))
    work.settle_billing(sync_id)
    work.settle_totals(sync_id)
    return sum(each["synced"] for each in rows_of(database, "totals_of_sync", sync_id))


if __name__ == "__main__":
    main(sync)
