"""Spend derived from generated histories whose truth is known: exact, or marked partial; never negative, never lost."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import RowMapping

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
from spend_pipeline_tests.analytics.provider_books import Books, forget, moment, read_at


def by_months(rows: list[RowMapping], column: str = "day") -> dict[date, Decimal]:
    sums: dict[date, Decimal] = {}
    for row in rows:
        month = row[column].replace(day=1)
        sums[month] = sums.get(month, Decimal(0)) + row["spend"] + row["restated"]
    return sums


@PROPERTY
@given(events, restatements, reading_minutes(), st.sampled_from([{"today", "month"}, {"month"}]))
def test_counters_tell_the_truth_or_say_that_they_do_not(
    partitioned: Database,
    spent: list[tuple[int, int]],
    restated: dict[int, int],
    when: list[int],
    figures: set[str],
) -> None:
    """Over gaps, month ends and restatements; and the days of a month add up to its last reading."""
    books = Books(spent, restated=restated)
    with undone(partitioned) as connection:
        read_at(connection, books, when, figures)
        rows = ask(connection, ALL)
        months = ask(connection, "select * from monthly_spend")
    for row in rows:
        assert row["spend"] >= 0
        assert row["restated"] <= 0
        assert row["since"] <= row["day"]
        if not row["is_partial"]:
            assert row["since"] == row["day"]
            assert row["spend"] + row["restated"] == books.truth(row["day"], row["day"]), row
    last = {moment(minute).date().replace(day=1): books.month(minute) for minute in when}
    assert by_months(rows) == last
    assert {row["month"]: row["spend"] for row in months} == last
    assert all(row["spend_by_days"] == row["spend"] for row in months)


@PROPERTY
@given(events, st.lists(st.tuples(minutes, st.integers(500, 50_000)), max_size=4), reading_minutes())
def test_balances_tell_the_truth_or_say_that_they_do_not(
    partitioned: Database, spent: list[tuple[int, int]], top_ups: list[tuple[int, int]], when: list[int]
) -> None:
    """A top-up smaller than the spend around it cannot be seen: then less was told, never more."""
    books = Books(spent, top_ups)
    with undone(partitioned) as connection:
        read_at(connection, books, when, {"balance"})
        rows = ask(connection, ALL)
        changes = ask(connection, "select * from balance_changes")
    for row in rows:
        assert row["spend"] >= 0
        # Across a midnight that no reading marks, a part may be of the next day's first hours: then both are partial.
        assert row["spend"] <= books.truth(row["since"], row["day"] + timedelta(days=row["is_partial"])), row
        if not row["is_partial"] and not any(moment(minute).date() == row["day"] for minute, _ in top_ups):
            assert row["spend"] == books.truth(row["day"], row["day"]), row
    for change in changes:
        assert change["is_partial"] == (change["balance_after"] > change["balance_before"])
        assert (change["spend"] is None) == change["is_partial"]
        fall = change["balance_before"] - change["balance_after"]
        assert (change["spend"] or 0) - change["top_up"] == fall


@PROPERTY
@given(events, reading_minutes(), st.data())
def test_a_figure_that_is_refused_at_times_loses_no_money(
    partitioned: Database, spent: list[tuple[int, int]], when: list[int], data: st.DataObject
) -> None:
    """Readings without the month, or without today, between whole ones: the month still adds up."""
    books = Books(spent)
    with undone(partitioned) as connection:
        account = read_at(connection, books, when, {"today", "month"})
        for minute in when[:-1]:
            lost = data.draw(st.sampled_from(["", "", "usage_today", "usage_month"]))
            if lost:
                forget(connection, account, lost, minute, minute)
        rows = ask(connection, ALL)
        kept = ask(connection, "select synced_at, usage_month from spend_snapshots order by synced_at")
    for row in rows:
        assert row["spend"] >= 0
        if not row["is_partial"]:
            assert row["spend"] == books.truth(row["day"], row["day"]), row
    told = by_months(rows)
    last = {
        row["synced_at"].date().replace(day=1): row["usage_month"] for row in kept if row["usage_month"] is not None
    }
    for month, said in last.items():
        assert (
            said <= told[month] <= books.truth(month, (month + timedelta(days=31)).replace(day=1) - timedelta(days=1))
        )
