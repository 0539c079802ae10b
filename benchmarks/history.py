"""What do years of history cost: the ready-made questions, the API's history and a sync's write, as snapshots grow?"""

import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from uuid import uuid4

from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError

from benchmarks import machine
from benchmarks.house import House, house
from benchmarks.shapes import Json, Result, Table
from spend_pipeline.analytics.roll_up import behind_since, roll_up
from spend_pipeline.money import Money
from spend_pipeline.outbound.ask import Figures
from spend_pipeline.period import Period
from spend_pipeline.reading import Reading
from spend_pipeline.snapshot import snapshot
from spend_pipeline.store import billing, history, snapshots, syncs
from spend_pipeline.store.database import Database
from spend_pipeline.store.history import Window
from spend_pipeline.store.questions import ask, questions

INTEGRATIONS = 1_000
SIZES = (100_000, 1_000_000, 10_000_000)
TRIES = 3
LIMIT = 60.0  # seconds a single question may take
TARGET = 0.05
FILL = (Path(__file__).parent / "history.sql").read_text(encoding="utf-8")
KINDS: dict[str, Callable[[str], bool]] = {
    "a question about all clients": lambda name: name.endswith("all clients"),
    "a question about one client": lambda name: name.endswith("one client"),
    "the balances of now": lambda name: name == "view current_balances",
    "the history route": lambda name: name.startswith("history route"),
    "a sync's reads and writes": lambda name: name.startswith("a sync"),
}
SYNCS = """
insert into syncs (id, trigger, attempts, created_at, synced_at, snapshots_taken_at, finished_at, provider_names)
select gen_random_uuid(), 'schedule', number, moment, moment, moment, moment, '{}'
from generate_series(cast(:first as int), cast(:last as int)) as number
cross join lateral (select :until - number * interval '4 hours' as moment) as moments
"""


def measure(sizes: tuple[int, ...] = SIZES) -> Result:
    """The same questions at each size; history grows into the past, so that the present is the same each time."""
    with house(INTEGRATIONS, clients_count=20) as there:
        found = machine.described(there.postgres_version())
        columns: dict[int, dict[str, float | None]] = {}
        filled = 0
        for size in sizes:
            _fill(there.database, filled + 1, size // INTEGRATIONS)
            filled = size // INTEGRATIONS
            columns[size] = {name: _median(work) for name, work in _everything(there).items()}
            print(size, columns[size], flush=True)
        gigabytes = _gigabytes(there.database)
    rows = [_row(name, columns, sizes) for name in columns[sizes[0]]]
    table = Table(f"Seconds by the number of snapshots, {INTEGRATIONS:,} integrations of 20 clients", rows)
    return Result("history", found, [table], _notes(gigabytes, sizes), picture(columns))


def picture(columns: dict[int, dict[str, float | None]]) -> dict[str, Json]:
    """Of each kind the slowest, at each size."""
    points = []
    for size, told in columns.items():
        for kind, is_of in KINDS.items():
            slowest = max((seconds or LIMIT for name, seconds in told.items() if is_of(name)), default=None)
            points.append({"snapshots": size, "seconds": slowest, "what": kind})
    title = "Seconds of the slowest of each kind, by snapshots stored"
    return {"title": title, "rows": points, "x": "snapshots", "y": "seconds", "color": "what"}


def _row(name: str, columns: dict[int, dict[str, float | None]], sizes: tuple[int, ...]) -> dict[str, Json]:
    told = [columns[size][name] for size in sizes]
    last = told[-1]
    shown = {f"{size:,}": f"over {LIMIT:.0f}" if each is None else each for size, each in zip(sizes, told, strict=True)}
    return {"what": name, **shown, "within 50 ms": "yes" if last is not None and last <= TARGET else "no"}


def _everything(there: House) -> dict[str, Callable[[], object]]:
    database, today = there.database, _midnight()
    with database.as_owner() as connection:
        client = int(connection.execute(text("select min(id) from clients")).scalar() or 0)
        name = str(connection.execute(text("select name from clients where id = :id"), {"id": client}).scalar())
    days, months = Window(today - timedelta(days=29), 30, False), Window(today.replace(day=1), 1, True)
    return {
        **{f"question {each}, all clients": partial(ask, database, each) for each in questions()},
        **{f"question {each}, one client": partial(ask, database, each, client=name) for each in questions()},
        "view current_balances": lambda: _select(database, "select * from current_balances"),
        "view daily_spend, all of it": lambda: _select(database, "select count(*) from daily_spend"),
        "history route, 30 days of one integration": lambda: history.by_period(database, client, days, 1),
        "history route, 30 days of a client's 50": lambda: history.by_period(database, client, days),
        "history route, this month of a client's 50": lambda: history.by_period(database, client, months),
        "history route, 50 readings": lambda: history.readings(
            database, client, 1, today - timedelta(days=30), today, shown=None, limit=51
        ),
        "a sync of 1,000: what it reads and writes": lambda: write_a_sync(database),
        "question burn_rate, all clients, right after that sync": partial(ask, database, "burn_rate"),
    }


def write_a_sync(database: Database) -> int:
    """Everything a sync does in the database, asking no provider; how many statements that took."""
    seen: list[str] = []

    def listener(*about: Json) -> None:
        seen.append(about[2])

    event.listen(database.engine, "after_cursor_execute", listener)
    now = datetime.now(UTC)
    names = [f"bench_{number}" for number in range(8)]
    sync = syncs.begin(database, uuid4(), trigger="cli", run_id=str(uuid4()), provider_names=names, now=now)
    period, amount = Period(sync.synced_at), Money(Decimal("1.5"), "USD")
    figures = Figures(balance=amount, usage_today=amount, usage_month=amount)
    read = snapshots.integrations_to_read(database, sync)
    snapshots.append(database, sync, [snapshot(Reading(each, figures), period, {}) for each in read])
    with database.transaction() as connection:
        billing.apply(connection, [sync.id], {})
    syncs.write_totals(database, [sync.id])
    syncs.finish(database, [sync.id])
    event.remove(database.engine, "after_cursor_execute", listener)
    return len(seen)


def _median(work: Callable[[], object]) -> float | None:
    """Of a few tries, the first not counted; of one, where it takes long. None where it was given up."""
    taken = []
    for _ in range(TRIES + 1):
        started = time.perf_counter()
        try:
            work()
        except DBAPIError:
            return None
        except Exception as error:
            if type(error).__name__ == "Unavailable":
                return None
            raise
        taken.append(time.perf_counter() - started)
        if taken[0] > 5:
            return taken[0]
    return statistics.median(taken[1:])


def _fill(database: Database, first: int, last: int) -> None:
    """Readings number `first` to `last` of every integration, counted back from midnight, a month at a time."""
    until = _midnight()
    with database.as_owner() as connection:
        connection.execute(text(SYNCS), {"first": first, "last": last, "until": until})
        moments = [until - timedelta(hours=4 * number) for number in range(first, last + 1)]
        for month in sorted({(each.year, each.month) for each in moments}):
            moment = datetime(*month, 1, tzinfo=UTC)
            connection.execute(text("select ensure_spend_snapshots_partition(:moment)"), {"moment": moment})
        connection.execute(text("select ensure_spend_snapshots_partition(now())"))
    for start in range(first, last + 1, 500):
        with database.as_owner() as connection:
            connection.execute(text(FILL), {"first": start, "last": min(start + 499, last)})
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("vacuum analyze"))
    with database.as_owner() as connection:
        connection.execute(text(f"alter database spend set statement_timeout = '{LIMIT:.0f}s'"))
        connection.execute(
            text("update integrations set billing_synced_at = (select max(synced_at) from syncs), cached_balance = 1")
        )
    # What the schedule does, in one go: the days that were filled before are not behind.
    roll_up(database, [behind_since(database) or until.date(), until.date()])
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("vacuum analyze spend_days, days_to_roll_up"))
    database.engine.dispose()


def _select(database: Database, sql: str) -> list[object]:
    with database.as_owner() as connection:
        return list(connection.execute(text(sql)))


def _gigabytes(database: Database) -> float:
    with database.as_owner() as connection:
        return float(connection.execute(text("select pg_database_size(current_database())")).scalar() or 0) / 2**30


def _midnight() -> datetime:
    return datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def _notes(gigabytes: float, sizes: tuple[int, ...]) -> list[str]:
    years = sizes[-1] / INTEGRATIONS / 6 / 365
    return [
        f"{sizes[-1]:,} snapshots are {years:.1f} years of a sync each 4 hours: {gigabytes:.1f} GB with indexes.",
        f"The median of {TRIES}, after one that is not counted; where one took over 5 s, that one. "
        f"A question is given up after {LIMIT:.0f} s.",
        "Everything is read from a warm cache, and all days are rolled up, as they are five minutes after an automatic "
        "sync; before that a question derives two days of whatever was read since (the last row: of all).",
    ]
