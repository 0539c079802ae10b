"""A window of spend by day tells the same as all of history, and what comes later changes nothing that is over."""

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from spend_pipeline.store.database import Database
from spend_pipeline_tests.analytics.generated import (
    ALL,
    PROPERTY,
    ask,
    events,
    minutes,
    reading_minutes,
    restatements,
    undone,
)
from spend_pipeline_tests.analytics.provider_books import DAY, DAYS, Books, forget, moment, read_at

# From a minute on, for so many minutes, one figure is not told.
silences = st.lists(
    st.tuples(minutes, st.integers(1, 12 * DAY), st.sampled_from(["balance", "usage_today", "usage_month"])),
    max_size=6,
)


@PROPERTY
@given(
    events, restatements, reading_minutes(), st.sampled_from([{"today", "month"}, {"month"}, {"balance"}, {"today"}])
)
def test_a_window_tells_the_same_as_all_of_history(
    partitioned: Database,
    spent: list[tuple[int, int]],
    restated: dict[int, int],
    when: list[int],
    figures: set[str],
) -> None:
    """And a day's row does not change by what is read after the end of the day that follows it."""
    day = moment(20 * DAY).date()
    with undone(partitioned) as connection:
        read_at(connection, Books(spent, restated=restated), when, figures)
        whole = [dict(row) for row in ask(connection, ALL) if row["day"] == day]
        window = [dict(row) for row in ask(connection, "select * from spend_by_day(:day, :day)", day=day)]
        connection.execute(text("delete from spend_snapshots where synced_at >= :end"), {"end": moment(22 * DAY)})
        then = [dict(row) for row in ask(connection, ALL) if row["day"] == day]
    assert whole == window == then


@PROPERTY
@given(events, reading_minutes(), silences, st.tuples(st.integers(0, DAYS - 1), st.integers(0, 5)))
def test_a_window_looks_back_far_enough(
    partitioned: Database,
    spent: list[tuple[int, int]],
    when: list[int],
    silent: list[tuple[int, int, str]],
    days: tuple[int, int],
) -> None:
    """Whatever figures come and go before and in it, a window of some days tells the same as all of history."""
    window = {"first": moment(days[0] * DAY).date(), "last": moment(sum(days) * DAY).date()}
    with undone(partitioned) as connection:
        account = read_at(connection, Books(spent), when, {"balance", "today", "month"})
        for minute, lasting, figure in silent:
            forget(connection, account, figure, minute, minute + lasting)
        whole = [row for row in ask(connection, ALL) if window["first"] <= row["day"] <= window["last"]]
        shown = ask(connection, "select * from spend_by_day(:first, :last)", **window)
    assert sorted(map(str, whole)) == sorted(map(str, shown))
