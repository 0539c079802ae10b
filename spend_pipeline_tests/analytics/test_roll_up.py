"""Spend by day in a table: what the view computes, however often and in whatever order it was rolled up."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest

from spend_pipeline.analytics.roll_up import roll_up, roll_up_forecasts
from spend_pipeline.integration import Integration
from spend_pipeline.store.database import Database
from spend_pipeline_tests.store.books import figures, read, taken, write

COLUMNS = "integration_id, day, since, currency, spend, restated, spend_usd, restated_usd, basis, is_partial, counted"
DAYS = [date(2026, 10, 1) + timedelta(days=after) for after in range(51)]


@pytest.fixture
def history(database: Database, account: Integration) -> Database:
    """Three dollars a day, four days of each month missed, and ninety dollars on 19 November."""
    month = 0
    for day in DAYS:
        spent = 90 if day == date(2026, 11, 19) else 3
        month = spent if day.day == 1 else month + spent
        if not 5 <= day.day <= 8:
            moment = datetime(day.year, day.month, day.day, 11, tzinfo=UTC)
            taken(database, moment, figures(account, None, str(spent), str(month)))
    return database


def test_the_table_holds_what_the_view_computes(history: Database) -> None:
    roll_up(history, DAYS)
    assert table(history, "spend_days", COLUMNS) == table(history, "daily_spend", COLUMNS)
    assert len(table(history, "spend_days")) == 45  # of 51 days, two silences of four are a row each, on their last day


def test_deleting_and_rebuilding_gives_the_same_rows(history: Database) -> None:
    """Also day by day, and a day again and again."""
    roll_up(history, DAYS)
    roll_up_forecasts(history, DAYS)
    days, forecasts = table(history, "spend_days"), table(history, "spend_forecasts")
    assert len(forecasts) == 51
    write(history, "delete from spend_days where day > '2026-11-12'")
    write(history, "delete from spend_forecasts where day > '2026-11-12'")
    for day in [day for day in DAYS if day > date(2026, 11, 1)]:
        roll_up(history, [day])
        roll_up_forecasts(history, [day])
    assert table(history, "spend_days") == days
    assert table(history, "spend_forecasts") == forecasts


def test_two_that_roll_up_the_same_day_wait_for_each_other(history: Database) -> None:
    """As a backfill and the schedule may: neither fails, and the rows are those of one."""
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda _: roll_up(history, DAYS[-10:]), range(8)))
    assert all(each == done[0] for each in done)
    last = "(select * from daily_spend where day >= '2026-11-11') as daily_spend"
    assert table(history, "spend_days", COLUMNS) == table(history, last, COLUMNS)


def table(database: Database, name: str, columns: str = "*") -> list[dict[str, object]]:
    return [dict(row) for row in read(database, f"select {columns} from {name} order by day, 1, 2")]
