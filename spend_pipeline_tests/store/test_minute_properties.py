"""The minute under any sequence of requests: never two accepted within sixty seconds, always one after."""

import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from spend_pipeline.store import clients, requests
from spend_pipeline.store.database import Database
from spend_pipeline.store.requests import MANUAL_SYNC_SECONDS, Accepted, TooSoon
from spend_pipeline_tests.store.books import scalar, write

LATER = "update clients set manual_sync_at = manual_sync_at - make_interval(secs => :seconds)"
PAUSES = st.sampled_from([0, 0, 0, 1, 29, 30, 59, 60, 61, 3600])
STEPS = st.tuples(PAUSES, st.integers(0, 2), st.integers(0, 1))  # how long after the last, which client, which process


@pytest.fixture
def pools(database: Database) -> Iterator[list[Database]]:
    """Connections as of two API processes."""
    pools = [Database(database.url, connections=1) for _ in range(2)]
    yield pools
    for pool in pools:
        pool.dispose()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(STEPS, max_size=12))
def test_any_sequence_keeps_the_minute_of_each_client(pools: list[Database], steps: list[tuple[int, int, int]]) -> None:
    """Time goes by as the steps say, for the database by moving what it remembers, and a little by itself.

    What is refused was asked within the minute, and told to wait no longer than what is left of it.
    """
    asking = [clients.add(pools[0], f"client {time.monotonic_ns()}")[0].id for _ in range(3)]
    passed, last = 0.0, dict.fromkeys(asking, float("-inf"))
    started = time.monotonic()
    for pause, who, process in steps:
        write(pools[0], LATER, seconds=pause)
        passed += pause
        client = asking[who]
        at_least = passed - last[client]
        outcome = requests.accept(pools[process], client, None)
        at_most = at_least + (time.monotonic() - started)
        if isinstance(outcome, Accepted):
            assert at_most >= MANUAL_SYNC_SECONDS
            last[client] = passed
        else:
            assert at_least < MANUAL_SYNC_SECONDS
            assert 1 <= outcome.seconds <= max(1, MANUAL_SYNC_SECONDS - int(at_least))


def accepted(url: str, client_id: int) -> bool:
    """One request from a process of its own."""
    database = Database(url, connections=1)
    try:
        return isinstance(requests.accept(database, client_id, None), Accepted)
    finally:
        database.dispose()


def test_of_many_processes_at_once_one_is_accepted(database: Database) -> None:
    """Two that share nothing but the database, eight times."""
    client, _ = clients.add(database, "acme")
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as processes:
        waiting = [processes.submit(accepted, database.url, client.id) for _ in range(8)]
        assert sum(each.result(60) for each in waiting) == 1
    assert scalar(database, "select count(*) from sync_requests") == 1


@pytest.mark.parametrize("ahead", [4, 3600, 86400 * 365])
def test_a_restored_backup_blocks_nobody_for_longer_than_a_minute(database: Database, ahead: int) -> None:
    """However far in the future the minute it remembers is: what is told is at most a minute.

    Below five seconds it counts as a minute taken just now: a clock that is nudged back accepts no two.
    """
    client, _ = clients.add(database, "acme")
    write(database, LATER.replace("manual_sync_at - ", "clock_timestamp() - "), seconds=-ahead)
    outcome = requests.accept(database, client.id, None)
    if isinstance(outcome, TooSoon):
        assert outcome.seconds <= MANUAL_SYNC_SECONDS
        write(database, LATER, seconds=outcome.seconds + ahead)
        outcome = requests.accept(database, client.id, None)
    assert isinstance(outcome, Accepted)
