"""The triggers: sensors that listen for sync requests and take up what died, one for the first exchange rates."""

import time
from uuid import uuid4

import dagster as dg

from spend_pipeline.orchestration import recovery
from spend_pipeline.orchestration.jobs import refresh_rates, sync_billing
from spend_pipeline.orchestration.partitions import range_tags
from spend_pipeline.orchestration.runs import SYNC_ID_TAG, TRIGGER_TAG
from spend_pipeline.store import heartbeats, rates, requests
from spend_pipeline.store.database import Database
from spend_pipeline.store.heartbeats import Turn
from spend_pipeline.syncing import Syncing

# Dagster's daemon looks at sensors every 5 s, and one that is still at its tick is left alone. A sensor that has
# claimed hears nothing until the next look, so several listen, with turns that do not end together. The daemon gives a
# tick 60 s (DAGSTER_SENSOR_GRPC_TIMEOUT_SECONDS): what a longer turn claims, nobody would run.
TURNS = {"manual_sync": 29.5, "manual_sync_2": 39.5, "manual_sync_3": 49.5}
BEAT_SECONDS = 4.0


def listener(name: str, seconds: float) -> dg.SensorDefinition:
    """A sensor that listens for sync requests in turns of this many seconds."""

    @dg.sensor(
        name=name,
        job=sync_billing,
        minimum_interval_seconds=1,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Listens for sync requests of the HTTP endpoint and runs them; runs a sync again whose run died. "
        "Several such sensors take turns, so that one is always listening.",
    )
    def manual_sync(
        context: dg.SensorEvaluationContext, syncing: dg.ResourceParam[Syncing]
    ) -> dg.SensorResult | dg.SkipReason:
        requested = _heard(syncing.database, context.instance, name, seconds)
        return dg.SensorResult(run_requests=requested) if requested else dg.SkipReason("No sync was requested")

    return manual_sync


listeners = [listener(name, seconds) for name, seconds in TURNS.items()]


def _heard(database: Database, instance: dg.DagsterInstance, name: str, seconds: float) -> list[dg.RunRequest]:
    """The runs that are wanted, as soon as there are any; none after a turn in vain, or one that was ended."""
    until = time.monotonic() + seconds
    turn = heartbeats.begin_turn(database, name)
    with database.notifications("sync_requested") as notifications:
        while heartbeats.beat(database, turn):
            requested = recovery.to_run_again(database, instance) or _claimed(database, turn)
            if requested or time.monotonic() >= until:
                return requested
            notifications.wait(min(BEAT_SECONDS, max(0.0, until - time.monotonic())))
    return []


def _claimed(database: Database, turn: Turn) -> list[dg.RunRequest]:
    """A run for every request that is pending now."""
    sync_id = uuid4()
    providers = requests.claim(database, sync_id, turn)
    if providers is None:
        return []
    tags = {**range_tags(providers), SYNC_ID_TAG: str(sync_id), TRIGGER_TAG: "manual"}
    return [dg.RunRequest(run_key=str(sync_id), tags=tags)]


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
