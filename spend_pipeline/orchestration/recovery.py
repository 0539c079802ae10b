"""Recovery: a sync whose run died or never started is run again, twice at most, then its requests end by name."""

import time
from collections.abc import Sequence

import dagster as dg
from dagster import DagsterRunStatus
from dagster._core.launcher import WorkerStatus

from spend_pipeline.orchestration.partitions import range_tags
from spend_pipeline.orchestration.runs import PART_OF_TAG, SYNC_ID_TAG
from spend_pipeline.store import syncs
from spend_pipeline.store.database import Database
from spend_pipeline.store.syncs import Unfinished

ATTEMPTS = 3
TASK_TAG = "dagster-celery/task_id"  # on a run that was handed to a broker
ENDED = {DagsterRunStatus.SUCCESS, DagsterRunStatus.FAILURE, DagsterRunStatus.CANCELED}
WAITING = {DagsterRunStatus.QUEUED, DagsterRunStatus.NOT_STARTED, DagsterRunStatus.STARTING}
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
    records = list(instance.get_run_records(dg.RunsFilter(tags={SYNC_ID_TAG: str(sync.id)})))
    if sync.run_id and not any(record.dagster_run.run_id == sync.run_id for record in records):
        records += instance.get_run_records(dg.RunsFilter(run_ids=[sync.run_id]))
    if not records:
        return sync.silent_seconds > TO_START_SECONDS and not _launching(instance, sync)
    if all(_has_ended(instance, record.dagster_run) for record in records):
        return True
    if not sync.taken and any(TASK_TAG in record.dagster_run.tags for record in records):
        return _was_cut_off(sync, records)
    return sync.silent_seconds > SILENT_SECONDS


def _launching(instance: dg.DagsterInstance, sync: Unfinished) -> bool:
    """Whether other parts of the same sync were launched just now: they come one after another, this one as well."""
    if sync.part_of is None:
        return False
    parts = dg.RunsFilter(tags={PART_OF_TAG: str(sync.part_of)})
    newest = instance.get_run_records(parts, limit=1)
    return any(time.time() - each.create_timestamp.timestamp() < SILENT_SECONDS for each in newest)


def _was_cut_off(sync: Unfinished, records: Sequence[dg.RunRecord]) -> bool:
    """Whether the worker that read for this sync is gone: nobody else would say so of a machine that was switched off.

    It had begun, and holds the sync no more. One that has not begun waits in the broker's queue, and Dagster itself
    fails it after `start_timeout_seconds`.
    """
    if any(record.dagster_run.run_id == sync.run_id for record in records):
        return True
    if any(record.dagster_run.status in WAITING for record in records):
        return False
    return time.time() - max(record.start_time or 0 for record in records) > TO_START_SECONDS


def _has_ended(instance: dg.DagsterInstance, run: dg.DagsterRun) -> bool:
    """Whether a run has ended, by its status or because its process is gone, which the status says only later."""
    if run.status in ENDED:
        return True
    launcher = instance.run_launcher
    return launcher.supports_check_run_worker_health and launcher.check_run_worker_health(run).status in GONE


def _run_request(sync: Unfinished, attempt: int) -> dg.RunRequest:
    tags = {**range_tags(sync.provider_names or []), SYNC_ID_TAG: str(sync.id)}
    if sync.part_of is not None:
        tags[PART_OF_TAG] = str(sync.part_of)
    return dg.RunRequest(run_key=f"{sync.id}-{attempt}", tags=tags)
