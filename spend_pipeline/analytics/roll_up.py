"""Spend by day, rolled up into tables: a day is thrown away and computed anew, so it can be done again."""

import json
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from spend_pipeline.analytics.forecast import HISTORY_DAYS, Forecast, foresee
from spend_pipeline.store.database import Database, rows


def roll_up(database: Database, days: Sequence[date]) -> list[dict[str, Any]]:
    """Computes `spend_days` of these days from the snapshots; what they add up to, a row a day and provider."""
    window = {"first": min(days), "last": max(days)}
    with database.transaction() as connection:
        rows(connection, "hold_roll_up")
        rows(connection, "take_marks", window)
        rows(connection, "forget_days", window)
        for month in _months(**window):
            rows(connection, "roll_up_days", month)
        return [dict(row) for row in rows(connection, "days_by_provider", window)]


def _months(first: date, last: date) -> Iterator[dict[str, date]]:
    """The window, a calendar month at a time: one statement over years of readings sorts them on disk many times."""
    while first <= last:
        next_month = (first.replace(day=1) + timedelta(days=31)).replace(day=1)
        yield {"first": first, "last": min(last, next_month - timedelta(days=1))}
        first = next_month


def behind_since(database: Database) -> date | None:
    """The first day that readings came for since it was rolled up; None where there is none."""
    (found,) = database.rows("days_behind")
    day: date | None = found["first"]
    return day


def roll_up_forecasts(database: Database, days: Sequence[date]) -> list[Forecast]:
    """Computes `spend_forecasts` of these days from `spend_days`, each as that day's end could tell it."""
    first = min(days) - timedelta(days=HISTORY_DAYS + 3)  # a month of 31 days starts 30 before its last
    with database.transaction() as connection:
        rows(connection, "hold_roll_up")
        spent = [dict(row) for row in rows(connection, "days_by_client", {"first": first, "last": max(days)})]
        foreseen = [each for day in days for each in foresee(spent, day)]
        rows(connection, "forget_forecasts", {"first": min(days), "last": max(days)})
        rows(connection, "write_forecasts", {"rows": json.dumps([_row(each) for each in foreseen])})
    return foreseen


def _row(each: Forecast) -> dict[str, Any]:
    amounts = ("spent_usd", "forecast_usd", "low_usd", "high_usd")
    return {
        "day": each.day.isoformat(),
        "client_id": each.client_id,
        "provider_name": each.provider_name,
        "days_of_history": each.days_of_history,
        **{name: None if getattr(each, name) is None else f"{getattr(each, name):f}" for name in amounts},
    }
