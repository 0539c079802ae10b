"""spend-pipeline: a sync as a Dagster run in this process, recorded in Dagster's storage, as `spend sync` does it."""

from uuid import uuid4

from benchmarks.peers.job import Job, main
from spend_pipeline.orchestration import warm
from spend_pipeline.orchestration.in_process import run_sync
from spend_pipeline.settings import load
from spend_pipeline.store.database import Database
from spend_pipeline.store.syncs import rows_of
from spend_pipeline.syncing import syncing

IMPORTED = warm.LOADED  # as in a process that runs are forked from


def sync(job: Job) -> int:
    settings = load()
    database = Database(job.postgres)
    sync_id = uuid4()
    if not run_sync(syncing(settings, database), sync_id, provider_names=[], client=None):
        raise RuntimeError("The run failed")
    return sum(each["synced"] for each in rows_of(database, "totals_of_sync", sync_id))


if __name__ == "__main__":
    main(sync)
