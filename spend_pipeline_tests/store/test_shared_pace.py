"""A provider's pace, shared by processes: counted at a real server, with permits and places in a real PostgreSQL."""

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

import pytest

from spend_pipeline.errors import Busy
from spend_pipeline.fan_out import Limits
from spend_pipeline.outbound.client import Client
from spend_pipeline.outbound.deadline import Deadline
from spend_pipeline.outbound.pace import Pace
from spend_pipeline.outbound.permits import Permits, Taken, Wanted
from spend_pipeline.period import Period
from spend_pipeline.reading import Reader
from spend_pipeline.store.database import Database
from spend_pipeline.store.permits import shared_bucket
from spend_pipeline.store.places import shared_places
from spend_pipeline_tests.conftest import NOON
from spend_pipeline_tests.outbound.asking import FAULTY, integration
from spend_pipeline_tests.outbound.fault_server import Exchange, faulty, figures
from spend_pipeline_tests.store.books import read

BRISK = Pace(a_minute=600, at_once=4)
PROCESS = [sys.executable, "-m", "spend_pipeline_tests.store.asking_process"]


class Moments:
    """A server's script that answers and keeps the moments of its requests."""

    def __init__(self, pause: float = 0.0) -> None:
        self.pause = pause
        self.asked: list[float] = []
        self._lock = threading.Lock()

    def __call__(self, exchange: Exchange) -> None:
        with self._lock:
            self.asked.append(time.monotonic())
        exchange.pause(self.pause)
        exchange.answer(figures())

    def most_within(self, seconds: float) -> int:
        """The most requests that any stretch of so many seconds has seen."""
        asked = sorted(self.asked)
        return max(sum(start <= each < start + seconds for each in asked) for start in asked)


def reader(database: Database, url: str, pace: Pace, permits: Permits | None = None) -> Reader:
    provider = replace(FAULTY, pace=pace)
    permits = permits or Permits(shared_bucket(database))
    known = {provider.name: provider}
    return Reader(Client(), known, lambda each: {"api_key": each.sealed}, Limits(), {"faulty": url}, permits)


def read_all(database: Database, url: str, pace: Pace, count: int, *, automatic: bool = False) -> None:
    """Reads so many integrations as a run does. All of them must be read."""
    asked = reader(database, url, pace)
    with shared_places(database, lambda _: pace) as places:
        each = [integration(number) for number in range(count)]
        readings = list(asked.read_all(each, Period(NOON), automatic=automatic, places=places))
    assert [reading.failure for reading in readings] == [None] * count


def process(database: Database, url: str, pace: Pace, count: int, trigger: str = "manual") -> subprocess.Popen[str]:
    """The same in a process of its own."""
    words = [*PROCESS, database.url, url, str(pace.a_minute), str(pace.at_once), str(count), trigger]
    return subprocess.Popen(words, stdout=subprocess.PIPE, text=True)


def test_two_processes_together_keep_to_a_providers_pace(database: Database) -> None:
    """What its server counts in any stretch is no more than the bucket and what flows into it; nobody fails."""
    moments = Moments(pause=0.02)
    with faulty(moments) as server:
        both = [process(database, server.url, BRISK, 100) for _ in range(2)]
        assert [each.wait(60) for each in both] == [0, 0]
        assert 1 < server.peak <= BRISK.at_once
    assert len(moments.asked) == 200
    for seconds in (1, 3, 5, 60):
        most = BRISK.size + BRISK.a_second * (seconds + 5)
        assert moments.most_within(seconds) <= most
    assert BRISK.size + BRISK.a_second * 65 == pytest.approx(BRISK.a_minute)


def test_what_is_waited_costs_nobody_its_time(database: Database) -> None:
    """Deadlines of half a second, and a wait of two: all are read."""
    moments, pace = Moments(), Pace(a_minute=240, at_once=8)
    with faulty(moments) as server:
        asked = replace(reader(database, server.url, pace), limits=Limits(seconds=0.5))
        started = time.monotonic()
        found = list(asked.read_all([integration(number) for number in range(66)], Period(NOON)))
        assert time.monotonic() - started > 1.5
    assert [each.failure for each in found] == [None] * 66


def test_a_thousand_of_one_provider_wait_for_nothing(database: Database) -> None:
    """At the pace that a declaration has if it says nothing, in a scheduled sync."""
    shared = shared_bucket(database)
    waits: list[float] = []

    def bucket(wanted: Iterable[Wanted]) -> Mapping[str, Taken]:
        taken = shared(wanted)
        waits.extend(each.wait for each in taken.values())
        return taken

    with faulty(Moments()) as server:
        asked = reader(database, server.url, Pace(), Permits(bucket))
        found = list(asked.read_all([integration(number) for number in range(1000)], Period(NOON), automatic=True))
    assert [each.failure for each in found] == [None] * 1000
    assert waits
    assert not any(waits)


def test_a_scheduled_sync_leaves_room_for_whoever_asks_by_hand(database: Database) -> None:
    """While it is paced, in a process of its own, a manual one is read at once."""
    moments, pace = Moments(), Pace(a_minute=240, at_once=8)
    with faulty(moments) as server:
        scheduled = process(database, server.url, pace, 60, "schedule")
        while len(moments.asked) <= pace.size - pace.kept:
            assert scheduled.poll() is None
            time.sleep(0.02)
        read_all(database, server.url, pace, 20)
        assert scheduled.poll() is None
        assert scheduled.wait(60) == 0
    assert len(moments.asked) == 80


@pytest.fixture
def killed(database: Database) -> Iterator[subprocess.Popen[str]]:
    """A process that held every place and took every permit, and was killed."""
    with faulty(Moments(pause=60)) as server:
        # Two runs' worth of places: one run takes a half.
        victims = [process(database, server.url, Pace(a_minute=240, at_once=4), 60) for _ in range(2)]
        while server.peak < 4:
            assert [each.poll() for each in victims] == [None, None]
            time.sleep(0.02)
        with shared_places(database, lambda _: Pace(240, 4)) as places:
            places.settle({"faulty": 10})
            assert places.free("faulty") == 0
        for each in victims:
            each.send_signal(signal.SIGKILL)
            each.wait(10)
        yield victims[0]


def test_the_places_of_a_killed_process_are_free(database: Database, killed: subprocess.Popen[str]) -> None:
    """As soon as the server has noticed."""
    assert killed.returncode == -signal.SIGKILL
    with shared_places(database, lambda _: Pace(240, 4)) as places:
        until = time.monotonic() + 10
        while places.free("faulty") < 2:
            assert time.monotonic() < until
            places.settle({"faulty": 10})
            time.sleep(0.05)


def test_a_run_asks_for_places_and_permits_a_few_times_not_once_a_request(database: Database) -> None:
    """However many integrations it reads, where the limit is not near."""
    statements: list[str] = []
    from sqlalchemy import event

    event.listen(database.engine, "before_cursor_execute", lambda *given: statements.append(given[2]))
    with faulty(Moments()) as server:
        read_all(database, server.url, Pace(a_minute=100_000), 300)
    asked = [each for each in statements if "take_permits" in each or "places at" in each]
    assert len(asked) <= 5


def test_a_place_is_one_lock(database: Database) -> None:
    """Not one more than wanted is locked, and all are free at the end of the run."""
    with shared_places(database, lambda _: Pace(at_once=10)) as places:
        places.settle({"a": 3, "b": 100})
        assert (places.free("a"), places.free("b"), places.free("c")) == (3, 5, 0)
        assert len(read(database, "select from pg_locks where locktype = 'advisory' and objsubid = 2")) == 8
    until = time.monotonic() + 10
    while read(database, "select from pg_locks where locktype = 'advisory'"):
        assert time.monotonic() < until


def test_a_provider_that_nobody_gets_a_turn_at_is_busy(monkeypatch: pytest.MonkeyPatch, database: Database) -> None:
    """Nobody waits for ever."""
    pace, bucket = Pace(a_minute=6), shared_bucket(database)
    bucket([Wanted("faulty", 1000, pace, 0)])
    monkeypatch.setattr("spend_pipeline.outbound.permits.PATIENCE_SECONDS", 1.0)
    with pytest.raises(Busy, match="more than 6 requests a minute"):
        Permits(bucket).wait_for_one("faulty", pace, Deadline.after(1), automatic=False)
