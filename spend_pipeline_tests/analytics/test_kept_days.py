"""Kept days and days derived anew: together they are what all readings say, whatever happens to them."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest

from spend_pipeline.analytics.roll_up import behind_since, roll_up
from spend_pipeline.integration import Integration
from spend_pipeline.store.database import Database
from spend_pipeline_tests.analytics.conftest import Open
from spend_pipeline_tests.store.books import figures, read, taken, write

FIRST, DAYS = date(2026, 5, 1), 150
BEFORE = FIRST - timedelta(days=1)  # the first reading may say something of it
DERIVED = "derived_spend_by_day('-infinity', 'infinity', array(select id from integrations))"


@pytest.fixture
def both(accounts: Open) -> list[Integration]:
    return accounts("acme", "openrouter", "mistral")


def test_days_are_derived_before_the_first_roll_up(database: Database, both: list[Integration]) -> None:
    """As in a database of before: nothing is kept, and nothing is missing."""
    read_on(database, both, *range(0, 40, 3))
    assert read(database, "select from spend_days") == []
    assert days(database) == days(database, DERIVED) != []


@pytest.mark.parametrize("seed", range(4))
def test_kept_and_derived_days_are_wholly_derived_ones(database: Database, both: list[Integration], seed: int) -> None:
    """After late readings, corrections, removals and roll-ups of any window, in any order."""
    random = Random(seed)
    late = random.sample(range(DAYS), DAYS)
    read_on(database, both, *late[:70])
    del late[:70]
    happenings: list[Callable[[], object]] = [
        lambda: read_on(database, [random.choice(both)], late.pop()),
        lambda: on_a_day(database, random, "update spend_snapshots set usage_today = 1"),
        lambda: on_a_day(database, random, "delete from spend_snapshots"),
        lambda: roll_up(database, some_days(random, random.randint(1, 30))),
        lambda: roll_up(database, [behind_since(database) or BEFORE, FIRST + timedelta(days=DAYS)]),
    ]
    for _ in range(20):
        random.choice(happenings)()
        assert days(database) == days(database, DERIVED)


def test_a_reading_puts_only_its_own_integration_behind(database: Database, both: list[Integration]) -> None:
    """From the day before it on; a reading that failed says nothing of any day."""
    read_on(database, both, *range(100))
    roll_up(database, [BEFORE, FIRST + timedelta(days=100)])
    assert behind_since(database) is None
    read_on(database, both[:1], 100)
    (mark,) = read(database, "select integration_id, from_day from days_to_roll_up")
    assert (mark["integration_id"], mark["from_day"]) == (both[0].id, FIRST + timedelta(days=99))


def test_what_is_kept_outlives_its_readings(database: Database, both: list[Integration]) -> None:
    """A month that is dropped takes its readings; what was spent in it is still known."""
    read_on(database, both, *range(60))
    roll_up(database, [BEFORE, FIRST + timedelta(days=60)])
    before = days(database)
    write(database, "drop table spend_snapshots_202605")
    assert days(database) == before


def read_on(database: Database, of: list[Integration], *after: int) -> None:
    """A reading of each on days so many after the first."""
    for number in after:
        moment = datetime(FIRST.year, FIRST.month, FIRST.day, 11, tzinfo=UTC) + timedelta(days=number)
        today = number % 7
        taken(database, moment, *(figures(each, None, str(today), str(4 * moment.day + today)) for each in of))


def on_a_day(database: Database, random: Random, what: str) -> None:
    (day,) = some_days(random, 1)
    write(database, f"{what} where (synced_at at time zone 'UTC')::date = :day", day=day)


def some_days(random: Random, count: int) -> list[date]:
    first = FIRST + timedelta(days=random.randrange(DAYS))
    return [first + timedelta(days=after) for after in range(count)]


def days(database: Database, source: str = "daily_spend") -> list[dict[str, object]]:
    return [dict(row) for row in read(database, f"select * from {source} order by day, integration_id")]
