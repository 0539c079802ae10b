"""Snapshots: all of a sync's or none, once, exact to the last digit, each in its month's partition."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from spend_pipeline.errors import Unavailable
from spend_pipeline.integration import Integration
from spend_pipeline.money import Money
from spend_pipeline.snapshot import Basis, Figure, Snapshot, Status
from spend_pipeline.store import snapshots, syncs
from spend_pipeline.store.database import Database
from spend_pipeline.syncing import Syncing, SyncRun
from spend_pipeline_tests.api.endpoint import until
from spend_pipeline_tests.conftest import NOON
from spend_pipeline_tests.store.books import (
    GROQ,
    OPENROUTER,
    OUTAGE,
    PARTIAL,
    WRONG_KEY,
    failed,
    figures,
    integration,
    read,
    scalar,
    taken,
)
from spend_pipeline_tests.store.conftest import Add

PARTITIONS = "select inhrelid::regclass::text as name from pg_inherits where inhparent = 'spend_snapshots'::regclass"
WHERE = "select tableoid::regclass::text as partition from spend_snapshots order by synced_at"


@pytest.fixture
def account(add: Add) -> Integration:
    added = add(OPENROUTER)
    return integration(added.client.id, added.ids[0])


def begun(database: Database, now: datetime = NOON, sync_id: object = None) -> syncs.Sync:
    sync_id = sync_id or uuid4()
    return syncs.begin(database, sync_id, trigger="cli", run_id="run", provider_names=["openrouter"], now=now)  # type: ignore[arg-type]


def test_a_sync_reads_every_outcome(database: Database, stations: Syncing, add: Add) -> None:
    """The clock is read once; each row has its figures, its note or its error, and never two of them."""
    added = add(OPENROUTER, PARTIAL, GROQ, WRONG_KEY, OUTAGE)
    providers = ["openrouter", "groq", "fal_ai", "together"]
    sync = stations.take_snapshots(SyncRun(uuid4(), "run", "cli", providers))
    rows = read(database, "select * from spend_snapshots order by integration_id")
    assert [row["integration_id"] for row in rows] == added.ids
    assert [row["status"] for row in rows] == ["read", "read", "unsupported", "failed", "failed"]
    assert [row["error_kind"] for row in rows] == [None, None, None, "refused", "busy"]
    assert [row["balance"] is None for row in rows] == [False, True, True, True, True]
    assert rows[2]["note"] == "Provider does not expose billing API"
    assert {row["synced_at"] for row in rows} == {sync.synced_at}


def test_a_run_that_is_started_again_takes_no_snapshot_again(database: Database, stations: Syncing, add: Add) -> None:
    """The second run finds the first's, with its clock reading, and asks nobody."""
    add(OPENROUTER)
    moments = iter([NOON, NOON + timedelta(minutes=5)])
    stations.clock = lambda: next(moments)
    asked: list[int] = []
    stations.on_reading = lambda reading, done, total: asked.append(done)
    run = SyncRun(uuid4(), "run", "cli", ["openrouter"])
    assert not stations.take_snapshots(run).taken
    again = stations.take_snapshots(run)
    assert (again.taken, again.synced_at) == (True, NOON)
    assert asked == [1]
    assert scalar(database, "select count(*) from spend_snapshots") == 1


def test_a_sync_that_was_not_taken_reads_the_clock_anew(database: Database) -> None:
    """Its run died before the first snapshot: today is the day of the run that takes them."""
    first = begun(database)
    second = begun(database, NOON + timedelta(days=1), first.id)
    assert (second.taken, second.synced_at) == (False, NOON + timedelta(days=1))


def test_two_runs_of_one_sync_work_one_after_the_other(database: Database, stations: Syncing, add: Add) -> None:
    """Dagster may start a run twice: the later one waits, then finds the snapshots there."""
    add(OPENROUTER, GROQ)
    run = SyncRun(uuid4(), "run", "cli", ["openrouter", "groq"])
    together = threading.Barrier(3)

    def start(_: int) -> syncs.Sync:
        together.wait()
        return stations.take_snapshots(run)

    with ThreadPoolExecutor(3) as threads:
        outcomes = list(threads.map(start, range(3)))
    assert sorted(sync.taken for sync in outcomes) == [False, True, True]
    assert len({sync.synced_at for sync in outcomes}) == 1
    assert scalar(database, "select count(*) from spend_snapshots") == 2


def test_a_hold_ends_with_its_block(database: Database) -> None:
    sync_id = uuid4()
    assert not syncs.is_held(database, sync_id)
    with syncs.held(database, sync_id):
        assert syncs.is_held(database, sync_id)
        assert not syncs.is_held(database, uuid4())
        idle = "select count(*) from pg_stat_activity where datname = current_database() and state like 'idle in%'"
        assert scalar(database, idle) == 0  # a long sync must not keep a transaction open all the while
    until(lambda: not syncs.is_held(database, sync_id))  # the server lets go of it when it has seen the connection end


def test_holding_without_a_database_is_unavailable() -> None:
    with pytest.raises(Unavailable), syncs.held(Database("postgresql://nobody@127.0.0.1:1/none"), uuid4()):
        pass


def test_appending_twice_is_appending_once(database: Database, account: Integration) -> None:
    sync = begun(database)
    snapshots.append(database, sync, [figures(account, "1")])
    before = read(database, "select * from spend_snapshots")
    snapshots.append(database, sync, [figures(account, "2")])
    assert read(database, "select * from spend_snapshots") == before


def test_an_append_that_fails_leaves_nothing(database: Database, account: Integration) -> None:
    """One torn row, here of an unknown kind of failure: none of the sync's rows is there, and it is not taken."""
    sync = begun(database)
    with pytest.raises(Exception, match="error_kind_check"):
        snapshots.append(database, sync, [figures(account, "1"), failed(integration(1, 99), kind="no such kind")])
    assert scalar(database, "select count(*) from spend_snapshots") == 0
    assert scalar(database, PARTITIONS.replace("inhrelid::regclass::text as name", "count(*)")) == 0
    assert not begun(database, sync_id=sync.id).taken


@pytest.mark.parametrize(
    "amount",
    [
        "0",
        "-0.01",
        "999999999999.999999999999999999999999999999",
        "0.000000000000000000000000000001",
        "1E-29",
        "100.10",
    ],
)
def test_an_amount_is_stored_to_its_last_digit(database: Database, account: Integration, amount: str) -> None:
    taken(database, NOON, figures(account, amount, amount, amount))
    (row,) = read(database, "select * from spend_snapshots")
    for name in ("balance", "balance_usd", "usage_today", "usage_today_usd", "usage_month", "usage_month_usd"):
        assert row[name] == Decimal(amount)
        assert f"{row[name]:f}" == f"{Decimal(amount):f}"


def test_a_foreign_amount_is_stored_in_its_currency_and_not_in_usd(database: Database, account: Integration) -> None:
    manual = Figure(Money(Decimal("12.5"), "EUR"), Basis.MANUAL, None)
    as_of = datetime(2026, 11, 22, 11, 30, tzinfo=UTC)
    taken(database, NOON, Snapshot(account, Status.READ, balance=manual, as_of=as_of, seconds=1.2345))
    (row,) = read(database, "select * from spend_snapshots")
    assert (row["balance"], row["balance_currency"], row["balance_basis"]) == (Decimal("12.5"), "EUR", "manual")
    assert row["balance_usd"] is None
    assert (row["usage_today"], row["usage_today_basis"], row["usage_month_currency"]) == (None, None, None)
    assert (row["as_of"], row["read_seconds"]) == (as_of, Decimal("1.234"))


def test_a_sync_of_nothing_is_taken_too(database: Database) -> None:
    sync_id = taken(database, NOON)
    assert begun(database, sync_id=sync_id).taken


def test_each_month_has_its_partition(database: Database, account: Integration) -> None:
    """By UTC, to the microsecond, whatever zone a clock reading or the server is in."""
    tokyo = datetime.fromisoformat("2027-01-01T08:59:59.999999+09:00")
    for at in (tokyo, tokyo + timedelta(microseconds=1), datetime(2028, 2, 29, 23, 59, 59, 999999, tzinfo=UTC)):
        taken(database, at, figures(account, "1"))
    assert [row["partition"] for row in read(database, WHERE)] == [
        "spend_snapshots_202612",
        "spend_snapshots_202701",
        "spend_snapshots_202802",
    ]
    bounds = "select pg_get_expr(relpartbound, oid) from pg_class where relname = 'spend_snapshots_202802'"
    assert "FROM ('2028-02-01 00:00:00+00') TO ('2028-03-01 00:00:00+00')" in scalar(database, bounds)


def test_a_new_month_that_many_begin_at_once_has_one_partition(database: Database, account: Integration) -> None:
    together = threading.Barrier(6)

    def append(_: int) -> None:
        together.wait()
        taken(database, NOON, figures(account, "1"))

    with ThreadPoolExecutor(6) as threads:
        list(threads.map(append, range(6)))
    assert len(read(database, PARTITIONS)) == 1
    assert scalar(database, "select count(*) from spend_snapshots") == 6
