"""Histories that hypothesis makes up: what was spent when, and when a provider was asked."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, RowMapping, text

from spend_pipeline.store.database import Database
from spend_pipeline_tests.analytics.provider_books import DAY, DAYS

PROPERTY = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
ALL = "select * from spend_by_day('-infinity', 'infinity')"
SCHEDULE = [0, 240, 480, 720, 960, 1200]

cents = st.integers(1, 5_000)
# Nothing is spent in the quarter of an hour in which a reading still counts as midnight's.
minutes = st.builds(lambda day, minute: day * DAY + minute, st.integers(0, DAYS - 1), st.integers(16, DAY - 1))
events = st.lists(st.tuples(minutes, cents), max_size=60)
restatements = st.dictionaries(st.integers(1, DAYS - 1), cents, max_size=6)


@st.composite
def reading_minutes(draw: st.DrawFn) -> list[int]:
    """Days of the schedule, days of silence, and days that are read at odd times."""
    found: set[int] = set()
    for day in range(DAYS):
        kind = draw(st.sampled_from(["schedule", "schedule", "schedule", "some", "silence"]))
        if kind == "schedule":
            found |= {day * DAY + minute for minute in SCHEDULE}
        elif kind == "some":
            found |= {day * DAY + draw(st.integers(0, DAY - 1)) for _ in range(draw(st.integers(1, 3)))}
    return sorted(found) or [0]


@contextmanager
def undone(database: Database) -> Iterator[Connection]:
    """A transaction that leaves nothing behind: one an example."""
    with database.engine.connect() as connection, connection.begin() as transaction:
        yield connection
        transaction.rollback()


def ask(connection: Connection, sql: str, **parameters: Any) -> list[RowMapping]:
    return list(connection.execute(text(sql), parameters).mappings())
