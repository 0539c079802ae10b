"""The triggers: a sensor that listens for sync requests and takes up what died, one for the first exchange rates."""

import time
from uuid import UUID, uuid4

import dagster as dg

from spend_pipeline.orchestration import recovery
from spend_pipeline.orchestration.jobs import refresh_rates, sync_billing
from spend_pipeline.orchestration.partitions import range_tags
from spend_pipeline.orchestration.runs import SYNC_ID_TAG, TRIGGER_TAG
from spend_pipeline.store import rates, requests, syncs
from spend_pipeline.store.database import Database
from spend_pipeline.syncing import Syncing

NAME = "manual_sync"
LISTEN_SECONDS = 4.5  # Dagster's daemon looks at sensors every 5 s: a tick fills the time between two looks


@dg.sensor(
    name=NAME,
    job=sync_billing,
    minimum_interval_seconds=1,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Listens for sync requests of the HTTP endpoint and runs them; runs a sync again whose run died.",
)
def manual_sync(
    context: dg.SensorEvaluationContext, syncing: dg.ResourceParam[Syncing]
) -> dg.SensorResult | dg.SkipReason:
    database = syncing.database
    syncs.beat(database, NAME)
    again = recovery.to_run_again(database, context.instance)
    if again:
        return dg.SensorResult(run_requests=again)
    sync_id = uuid4()
    providers = _claimed(database, sync_id)
    if providers is None:
        return dg.SkipReason("No sync was requested")
    tags = {**range_tags(providers), SYNC_ID_TAG: str(sync_id), TRIGGER_TAG: "manual"}
    return dg.SensorResult(run_requests=[dg.RunRequest(run_key=str(sync_id), tags=tags)])


def _claimed(database: Database, sync_id: UUID) -> list[str] | None:
    """The providers of the requests claimed for this sync, as soon as there are any; None after listening in vain."""
    until = time.monotonic() + LISTEN_SECONDS
    with database.notifications("sync_requested") as notifications:
        while True:
            providers = requests.claim(database, sync_id)
            left = until - time.monotonic()
            if providers is not None or left <= 0:
                return providers
            notifications.wait(left)


@dg.sensor(
    job=refresh_rates,
    minimum_interval_seconds=30,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Looks for exchange rates at once where none are known yet, again each hour until there are some.",
)
def first_rates(
    context: dg.SensorEvaluationContext, syncing: dg.ResourceParam[Syncing]
) -> dg.SensorResult | dg.SkipReason:
    if rates.latest(syncing.database):
        return dg.SkipReason("Exchange rates are known; the schedule keeps them current")
    return dg.SensorResult(run_requests=[dg.RunRequest(run_key=f"{syncing.clock():%Y-%m-%dT%H}")])
