"""The minute: one manual sync of a client every sixty seconds, kept in the database, whatever the clock does."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from spend_pipeline.store import clients, requests
from spend_pipeline.store.database import Database
from spend_pipeline.store.requests import Accepted, TooSoon
from spend_pipeline_tests.store.books import scalar, write

SHIFT = "update clients set manual_sync_at = clock_timestamp() - make_interval(secs => :seconds) where id = :id"


@pytest.fixture
def client_id(database: Database) -> int:
    client, _ = clients.add(database, "acme")
    return client.id


def test_of_twenty_at_once_exactly_one_is_accepted(database: Database, client_id: int) -> None:
    """Over two pools of connections, as of two API processes."""
    pools = [Database(database.url, connections=5) for _ in range(2)]
    with ThreadPoolExecutor(20) as threads:
        outcomes = list(threads.map(lambda n: requests.accept(pools[n % 2], client_id, None), range(20)))
    assert sum(isinstance(outcome, Accepted) for outcome in outcomes) == 1
    refused = [outcome for outcome in outcomes if isinstance(outcome, TooSoon)]
    assert len(refused) == 19
    assert all(58 <= outcome.seconds <= 60 for outcome in refused)
    assert scalar(database, "select count(*) from sync_requests") == 1
    for pool in pools:
        pool.dispose()


@pytest.mark.parametrize(("seconds", "accepted"), [(0, False), (59, False), (59.5, False), (60, True), (3600, True)])
def test_the_minute_is_sixty_seconds(database: Database, client_id: int, seconds: float, accepted: bool) -> None:
    write(database, SHIFT, seconds=seconds, id=client_id)
    outcome = requests.accept(database, client_id, None)
    assert isinstance(outcome, Accepted) is accepted
    if isinstance(outcome, TooSoon):
        assert outcome.seconds in (60 - int(seconds), max(1, 59 - int(seconds)))


def test_waiting_as_long_as_told_is_enough(database: Database, client_id: int) -> None:
    """Retry-After counts from the refusal; Reset is the same moment on the server's clock."""
    write(database, SHIFT, seconds=20, id=client_id)
    outcome = requests.accept(database, client_id, None)
    assert isinstance(outcome, TooSoon)
    now = scalar(database, "select extract(epoch from clock_timestamp())")
    assert abs(outcome.reset - (float(now) + outcome.seconds)) < 2
    write(database, SHIFT, seconds=20 + outcome.seconds, id=client_id)
    assert isinstance(requests.accept(database, client_id, None), Accepted)


@pytest.mark.parametrize("ahead", [6, 60, 86400, 315360000])
def test_a_minute_in_the_future_never_blocks(database: Database, client_id: int, ahead: int) -> None:
    """The clock was set back, or an old backup restored."""
    write(database, SHIFT, seconds=-ahead, id=client_id)
    assert isinstance(requests.accept(database, client_id, None), Accepted)
    outcome = requests.accept(database, client_id, None)
    assert isinstance(outcome, TooSoon)
    assert outcome.seconds <= 60


def test_a_small_step_back_still_waits_a_minute_at_most(database: Database, client_id: int) -> None:
    write(database, SHIFT, seconds=-4, id=client_id)
    outcome = requests.accept(database, client_id, None)
    assert isinstance(outcome, TooSoon)
    assert outcome.seconds <= 60


def test_each_client_has_its_own(database: Database, client_id: int) -> None:
    other, _ = clients.add(database, "other")
    assert isinstance(requests.accept(database, client_id, None), Accepted)
    assert isinstance(requests.accept(database, other.id, None), Accepted)
    assert isinstance(requests.accept(database, client_id, "groq"), TooSoon)


def test_it_outlives_the_process(database: Database, client_id: int) -> None:
    requests.accept(database, client_id, None)
    again = Database(database.url)
    assert isinstance(requests.accept(again, client_id, None), TooSoon)
    again.dispose()
