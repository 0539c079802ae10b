"""What starts a sync: the schedule, and the sensor that listens, coalesces and recovers."""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

import dagster as dg
import pytest
from sqlalchemy import text

from spend_pipeline.definitions import defs
from spend_pipeline.orchestration import recovery, sensors
from spend_pipeline.orchestration.assets import spend_snapshots
from spend_pipeline.orchestration.partitions import range_tags
from spend_pipeline.orchestration.runs import SYNC_ID_TAG
from spend_pipeline.orchestration.schedules import every_four_hours
from spend_pipeline.store import heartbeats, requests, syncs
from spend_pipeline.store.database import Database
from spend_pipeline.syncing import Syncing
from spend_pipeline_tests.orchestration.conftest import AddClient, RunJob

Tick = Callable[[], dg.SensorResult | dg.SkipReason]


@pytest.fixture
def tick(instance: dg.DagsterInstance, stations: Syncing) -> Tick:
    """One turn of a listening sensor, half a second long."""
    listener = sensors.listener("manual_sync", 0.5)

    def look() -> dg.SensorResult | dg.SkipReason:
        context = dg.build_sensor_context(instance=instance, definitions=defs)
        result = listener(context, syncing=stations)
        assert isinstance(result, (dg.SensorResult, dg.SkipReason))
        return result

    return look


def requested(result: dg.SensorResult | dg.SkipReason) -> list[dg.RunRequest]:
    return list(result.run_requests or []) if isinstance(result, dg.SensorResult) else []


def age(database: Database, seconds: int) -> None:
    """Makes every sync look as if it had been silent for so long."""
    with database.transaction() as connection:
        connection.execute(text(f"update syncs set progressed_at = now() - interval '{seconds} seconds'"))


def due(stations: Syncing, hour: int) -> list[dg.RunRequest]:
    """What the schedule asks for at this hour."""
    moment = datetime(2026, 11, 22, hour, tzinfo=UTC)
    asked = every_four_hours(dg.build_schedule_context(scheduled_execution_time=moment), syncing=stations)
    assert isinstance(asked, list)
    return asked


def test_the_schedule_syncs_all_providers_every_four_hours(stations: Syncing) -> None:
    (request,) = due(stations, 12)
    assert request.run_key == "2026-11-22T12:00:00+00:00"
    assert request.tags.items() >= range_tags().items()
    assert (every_four_hours.cron_schedule, every_four_hours.execution_timezone) == ("0 */4 * * *", "UTC")
    assert every_four_hours.default_status == dg.DefaultScheduleStatus.RUNNING


def test_a_scheduled_tick_that_comes_twice_is_one_sync(stations: Syncing) -> None:
    """And so takes its snapshots once, which is what keeps paid questions to one every four hours."""
    first, again, following = [due(stations, hour)[0].tags[SYNC_ID_TAG] for hour in (12, 12, 16)]
    assert first == again != following
    assert UUID(first)


def test_a_tick_without_requests_beats_and_skips(tick: Tick, database: Database) -> None:
    assert isinstance(tick(), dg.SkipReason)
    age_seconds = heartbeats.age(database)
    assert age_seconds is not None
    assert age_seconds < 5


def test_a_tick_claims_every_pending_request_for_one_run(tick: Tick, database: Database, add_client: AddClient) -> None:
    """Two clients who ask at once share a run, over the shortest range of partitions that holds both."""
    first, _ = add_client("first", ("groq", {"api_key": "gsk_any"}))
    second, _ = add_client("second", ("fal_ai", {"api_key": "any"}), ("openrouter", {"api_key": "any"}))
    requests.accept(database, first, None)
    requests.accept(database, second, "fal_ai")
    (request,) = requested(tick())
    assert request.run_key == request.tags[SYNC_ID_TAG]
    assert request.tags.items() >= range_tags(["groq", "fal_ai"]).items()
    assert not requested(tick())


def test_a_request_that_comes_while_it_listens_is_claimed_at_once(
    tick: Tick, database: Database, add_client: AddClient
) -> None:
    client, _ = add_client("acme", ("groq", {"api_key": "gsk_any"}))
    threading.Timer(0.15, requests.accept, (database, client, None)).start()
    started = time.monotonic()
    assert len(requested(tick())) == 1
    assert time.monotonic() - started < 0.45


def test_a_claimed_sync_that_never_started_is_run_again_twice_then_ended(
    tick: Tick, database: Database, add_client: AddClient
) -> None:
    """Its request then carries the error to whoever asks."""
    client, _ = add_client("acme", ("groq", {"api_key": "gsk_any"}))
    accepted = requests.accept(database, client, None)
    assert isinstance(accepted, requests.Accepted)
    (first,) = requested(tick())
    assert not requested(tick())
    keys = [first.run_key]
    for _ in range(recovery.ATTEMPTS - 1):
        age(database, 31)
        (again,) = requested(tick())
        assert again.tags[SYNC_ID_TAG] == first.tags[SYNC_ID_TAG]
        keys.append(again.run_key)
    assert len(set(keys)) == recovery.ATTEMPTS
    age(database, 31)
    assert not requested(tick())
    status = requests.status(database, client, accepted.id)
    assert status is not None
    assert (status["status"], "3 times" in status["error"]) == ("failed", True)


def test_a_sync_whose_run_failed_is_run_again_at_once(
    tick: Tick, instance: dg.DagsterInstance, database: Database, add_client: AddClient
) -> None:
    client, _ = add_client("acme", ("groq", {"api_key": "gsk_any"}))
    requests.accept(database, client, None)
    (first,) = requested(tick())
    run = instance.create_run_for_job(defs.resolve_job_def("sync_billing"), tags=dict(first.tags))
    instance.report_run_failed(run)
    age(database, 6)
    (again,) = requested(tick())
    assert again.tags[SYNC_ID_TAG] == first.tags[SYNC_ID_TAG]


def test_a_sync_that_is_held_by_its_run_is_left_alone(tick: Tick, database: Database, add_client: AddClient) -> None:
    """However silent: a large sync takes its time."""
    client, _ = add_client("acme", ("groq", {"api_key": "gsk_any"}))
    requests.accept(database, client, None)
    (first,) = requested(tick())
    (sync,) = syncs.unfinished(database)
    assert str(sync.id) == first.tags[SYNC_ID_TAG]
    age(database, 3600)
    with syncs.held(database, sync.id):
        assert not requested(tick())
    assert len(requested(tick())) == 1


def test_a_recovered_run_settles_what_the_dead_one_had_taken(
    tick: Tick, run_job: RunJob, stations: Syncing, database: Database, add_client: AddClient
) -> None:
    """A run that dies between snapshots and totals: the next takes no snapshot again, and the books agree."""
    client, _ = add_client("acme", ("openrouter", {"api_key": "sandbox.management"}))
    accepted = requests.accept(database, client, None)
    assert isinstance(accepted, requests.Accepted)
    (first,) = requested(tick())
    monkey = stations.settle_billing
    stations.settle_billing = _dies  # type: ignore[method-assign]
    with pytest.raises(RuntimeError):
        run_job(first.tags)
    stations.settle_billing = monkey  # type: ignore[method-assign]
    age(database, 61)
    (again,) = requested(tick())
    assert run_job(again.tags).success
    status = requests.status(database, client, accepted.id)
    assert status is not None
    assert status["status"] == "done"
    with database.transaction() as connection:
        assert connection.execute(text("select count(*) from spend_snapshots")).scalar() == 1
        assert connection.execute(text("select count(*) from spend_totals")).scalar() == 1


def _dies(sync_id: UUID) -> list[UUID]:
    raise RuntimeError("killed between two stations")


def test_a_sync_of_the_ui_that_stopped_after_its_snapshots_is_settled_too(
    tick: Tick, instance: dg.DagsterInstance, stations: Syncing, database: Database, add_client: AddClient
) -> None:
    """A person who materialized only the snapshots still gets billing state and totals."""
    add_client("acme", ("openrouter", {"api_key": "sandbox.management"}))
    materialized = dg.materialize(
        [spend_snapshots],
        instance=instance,
        resources={"syncing": stations},
        partition_key="openrouter",
    )
    assert materialized.success
    age(database, 6)
    (again,) = requested(tick())
    assert again.tags[SYNC_ID_TAG] == materialized.run_id
