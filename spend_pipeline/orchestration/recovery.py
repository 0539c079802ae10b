"""Recovery: a sync whose run died or never started is run again, twice at most, then its requests end by name."""

import dagster as dg
from dagster import DagsterRunStatus
from dagster._core.launcher import WorkerStatus

from spend_pipeline.orchestration.partitions import range_tags
from spend_pipeline.orchestration.runs import SYNC_ID_TAG
from spend_pipeline.store import syncs
from spend_pipeline.store.database import Database
from spend_pipeline.store.syncs import Unfinished

ATTEMPTS = 3
ENDED = {DagsterRunStatus.SUCCESS, DagsterRunStatus.FAILURE, DagsterRunStatus.CANCELED}
GONE = {WorkerStatus.FAILED, WorkerStatus.NOT_FOUND}
AFTER_END_SECONDS = 5  # a run that has just ended may have been seen between its last two writes
TO_START_SECONDS = 15  # the daemon makes a run at once, or died before it did; two runs of a sync do no harm
SILENT_SECONDS = 60  # a run that holds no lock and has written nothing for so long is dead, whatever its status says


def to_run_again(database: Database, instance: dg.DagsterInstance) -> list[dg.RunRequest]:
    """A run request for each sync to take up again.

    Those that were tried often enough are ended with an error instead.
    """
    again = []
    for sync in syncs.unfinished(database):
        if not _is_dead(database, instance, sync):
            continue
        if sync.attempts >= ATTEMPTS:
            syncs.give_up(
                database, sync.id, f"The sync was tried {ATTEMPTS} times and did not finish: see its runs in Dagster"
            )
            continue
        attempt = syncs.retry(database, sync)
        if attempt is not None:
            again.append(_run_request(sync, attempt))
    return again


def _is_dead(database: Database, instance: dg.DagsterInstance, sync: Unfinished) -> bool:
    if sync.silent_seconds < AFTER_END_SECONDS or syncs.is_held(database, sync.id):
        return False
    runs = instance.get_runs(dg.RunsFilter(tags={SYNC_ID_TAG: str(sync.id)}))
    if sync.run_id and not any(run.run_id == sync.run_id for run in runs):
        own = instance.get_run_by_id(sync.run_id)
        runs = [*runs, own] if own else runs
    if not runs:
        return sync.silent_seconds > TO_START_SECONDS
    return sync.silent_seconds > SILENT_SECONDS or all(_has_ended(instance, run) for run in runs)


def _has_ended(instance: dg.DagsterInstance, run: dg.DagsterRun) -> bool:
    """Whether a run has ended, by its status or because its process is gone, which the status says only later."""
    if run.status in ENDED:
        return True
    launcher = instance.run_launcher
    return launcher.supports_check_run_worker_health and launcher.check_run_worker_health(run).status in GONE


def _run_request(sync: Unfinished, attempt: int) -> dg.RunRequest:
    tags = {**range_tags(sync.provider_names or []), SYNC_ID_TAG: str(sync.id)}
    return dg.RunRequest(run_key=f"{sync.id}-{attempt}", tags=tags)
