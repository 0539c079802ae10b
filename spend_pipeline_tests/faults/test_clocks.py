"""Clocks: ours against the providers', a zone of the server's own, and one that jumps during a sync."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from uuid import uuid4

import pytest
import time_machine

from spend_pipeline.sandbox.server import running
from spend_pipeline.skew import doubts_of_our_clock
from spend_pipeline.store.database import Database
from spend_pipeline.store.vault import Vault
from spend_pipeline_tests.conftest import NOON
from spend_pipeline_tests.faults.forty import DEADLINE, WELL, forty
from spend_pipeline_tests.outbound.asking import SECONDS, read
from spend_pipeline_tests.outbound.fault_server import Exchange, Script, faulty, figures
from spend_pipeline_tests.outbound.faults import drip_body
from spend_pipeline_tests.store import books

ZONES = ["UTC", "America/New_York", "Asia/Kolkata", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Australia/Lord_Howe"]
EDGES = {
    "the last second of a month": datetime(2026, 1, 31, 23, 59, 59, tzinfo=UTC),
    "the first second of a month": datetime(2026, 2, 1, tzinfo=UTC),
    "a leap day": datetime(2028, 2, 29, 12, tzinfo=UTC),
    "the end of a year": datetime(2026, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
    "New York's missing hour": datetime(2026, 3, 8, 7, 30, tzinfo=UTC),
    "New York's doubled hour": datetime(2026, 11, 1, 5, 30, tzinfo=UTC),
}
AFTER_ALL = datetime(2028, 3, 1, tzinfo=UTC)
SYNC_IN_A_ZONE = """
import json, sys
from datetime import datetime
from uuid import UUID
from spend_pipeline.store.database import Database
from spend_pipeline.store.vault import Vault
from spend_pipeline_tests.store import books
from types import SimpleNamespace
url, urls, asked = sys.argv[1], json.loads(sys.argv[2]), json.loads(sys.argv[3])
for sync_id, moment in asked.items():
    database = Database(url)
    stations = books.stations(database, Vault({"testkey1": b"0" * 32}), SimpleNamespace(provider_urls=urls),
                              lambda: datetime.fromisoformat(moment).astimezone())
    books.run_sync(stations, UUID(sync_id), ["fal_ai", "openrouter"])
"""


def dated(seconds: float) -> Script:
    """A provider whose clock is so many seconds ahead of ours."""
    return lambda exchange: exchange.answer(
        figures(), Date=format_datetime(datetime.now(UTC) + timedelta(seconds=seconds), usegmt=True)
    )


@pytest.mark.parametrize(("ahead", "warned"), [(0, False), (100, False), (-100, False), (600, True), (-600, True)])
def test_a_clock_that_is_not_the_providers_is_doubted(ahead: int, warned: bool) -> None:
    """Two minutes apart is a doubt; the figures are read all the same."""
    with faulty(dated(ahead)) as server:
        outcome = read(server.url)
    assert outcome.balance == 12.5
    doubts = doubts_of_our_clock([("faulty", outcome.reading.skew)])
    assert bool(doubts) is warned
    if warned:
        assert doubts.startswith("The clock here is not that of faulty (")


@pytest.mark.parametrize("told", ["", "yesterday", "Mon, 01 Jan 99999999999999999999 00:00:00 GMT", "0"])
def test_a_date_that_tells_no_time_is_no_doubt(told: str) -> None:
    with faulty(lambda exchange: exchange.answer(figures(), Date=told)) as server:
        outcome = read(server.url)
    assert outcome.balance == 12.5
    assert doubts_of_our_clock([("faulty", outcome.reading.skew)]) == ""


def test_a_doubt_names_each_provider_once_at_its_furthest() -> None:
    doubts = doubts_of_our_clock([("b", 200), ("a", -500), ("b", 300), ("c", 60)])
    assert "that of a (-500 s), b (+300 s): " in doubts


def test_the_zone_of_the_server_changes_no_figure(database: Database, vault: Vault) -> None:
    """Real processes under six zones, at six edges of the calendar: the same UTC day, month and figures in each."""
    books.add_client(database, vault, books.OPENROUTER, ("fal_ai", {"api_key": "sandbox.admin"}))
    told: dict[str, set[str]] = {edge: set() for edge in EDGES}
    with running(now=lambda: AFTER_ALL) as sandbox:
        for zone in ZONES:
            ids = {str(uuid4()): edge for edge in EDGES}
            asked = {sync_id: EDGES[edge].isoformat() for sync_id, edge in ids.items()}
            sync_in_zone(zone, database.url, json.dumps(dict(sandbox.provider_urls)), json.dumps(asked))
            for sync_id, edge in ids.items():
                rows = books.read(database, "select * from spend_snapshots where sync_id = :id order by 2", id=sync_id)
                assert [(row["status"], row["synced_at"]) for row in rows] == [("read", EDGES[edge])] * 2
                told[edge].add(str([row[name] for row in rows for name in ("balance", "usage_today", "usage_month")]))
    assert {edge: len(figures_of) for edge, figures_of in told.items()} == dict.fromkeys(EDGES, 1)
    assert len(set.union(*told.values())) > 1  # the edges are of different days and months


def sync_in_zone(zone: str, *arguments: str) -> None:
    command = [sys.executable, "-c", SYNC_IN_A_ZONE, *arguments]
    done = subprocess.run(command, env={**os.environ, "TZ": zone}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    "start", [datetime(2026, 1, 31, 23, 59, 59, tzinfo=UTC), datetime(2028, 2, 28, 23, 59, 59, tzinfo=UTC)]
)
def test_a_sync_over_midnight_is_of_the_day_it_began(database: Database, vault: Vault, start: datetime) -> None:
    """The clock is read once: every row, every period and the totals are of that moment."""
    with forty(database, vault, []) as house:
        readings_of_the_clock = iter([start, *(start + timedelta(seconds=4) for _ in range(100))])
        house.stations.clock = lambda: next(readings_of_the_clock)
        house.sync()
    assert next(readings_of_the_clock) > start
    for table in ("spend_snapshots", "spend_totals", "syncs"):
        assert {row["synced_at"] for row in books.read(database, f"select synced_at from {table}")} == {start}


def test_a_clock_that_jumps_back_during_a_sync_changes_no_duration(database: Database, vault: Vault) -> None:
    """An hour back while the providers answer: durations stay monotonic, the deadline holds, one reading counts."""
    with forty(database, vault, ["slow", "dripping"]) as house, time_machine.travel(NOON, tick=True) as clock:

        def slow(exchange: Exchange) -> None:
            clock.shift(timedelta(hours=-1))
            exchange.pause(0.3)
            exchange.answer(figures())

        house.vendors.failing = {"slow": slow, "dripping": drip_body}
        told, seconds = house.sync()
        assert datetime.now(UTC) < NOON
    assert (told["synced"], told["failed"]) == (WELL + 1, 1)
    assert DEADLINE <= seconds < DEADLINE + 5
    rows = house.latest()
    assert {row["synced_at"] for row in rows.values()} == {house.moment}
    assert 0.3 <= rows["slow"]["read_seconds"] < DEADLINE
    assert all(0 <= row["read_seconds"] < DEADLINE + 1 for row in rows.values())


@pytest.mark.parametrize("hours", [-1, 1])
def test_a_pause_that_a_date_told_ends_whatever_the_clock_does(hours: int) -> None:
    """The wait was counted when it began; a clock that jumps makes it no longer."""
    with time_machine.travel(NOON, tick=True) as clock:

        def script(exchange: Exchange) -> None:
            if exchange.number == 1:
                soon = format_datetime(datetime.now(UTC) + timedelta(seconds=2), usegmt=True)
                exchange.answer(status="429 Too Many", Retry_After=soon)
                clock.shift(timedelta(hours=hours))
            else:
                exchange.answer(figures())

        with faulty(script) as server:
            outcome = read(server.url, seconds=4)
    assert outcome.seconds < 4 + SECONDS + 1
