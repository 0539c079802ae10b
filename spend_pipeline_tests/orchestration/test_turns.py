"""The listening sensors' turns: one of them is always listening, and one that is over claims nothing."""

import threading
import time
from uuid import uuid4

import dagster as dg
from dagster._grpc.client import DEFAULT_SENSOR_GRPC_TIMEOUT

from spend_pipeline.definitions import defs
from spend_pipeline.orchestration import sensors
from spend_pipeline.store import heartbeats, requests
from spend_pipeline.store.database import Database
from spend_pipeline.syncing import Syncing
from spend_pipeline_tests.orchestration.conftest import AddClient


def test_a_turn_that_was_taken_over_claims_nothing(database: Database, add_client: AddClient) -> None:
    """Its daemon may be dead, and then nobody would run what it claims."""
    client, _ = add_client("acme", ("groq", {"api_key": "gsk_any"}))
    first = heartbeats.begin_turn(database, "manual_sync")
    second = heartbeats.begin_turn(database, "manual_sync")
    requests.accept(database, client, None)
    assert not heartbeats.beat(database, first)
    assert requests.claim(database, uuid4(), first) is None
    assert heartbeats.beat(database, second)
    assert requests.claim(database, uuid4(), second) == ["groq"]


def test_a_turn_ends_at_once_where_the_house_is_closed(
    instance: dg.DagsterInstance, stations: Syncing, database: Database
) -> None:
    """However long it would still listen."""
    listener = sensors.listener("manual_sync", 60)
    threading.Timer(0.3, heartbeats.forget, (database,)).start()
    started = time.monotonic()
    assert isinstance(
        listener(dg.build_sensor_context(instance=instance, definitions=defs), syncing=stations), dg.SkipReason
    )
    assert time.monotonic() - started < 3


def test_a_turn_ends_before_the_daemon_gives_its_tick_up() -> None:
    """What it claimed after that would be run by nobody."""
    assert max(sensors.TURNS.values()) + sensors.BEAT_SECONDS < DEFAULT_SENSOR_GRPC_TIMEOUT
