"""What a client has and spends now, by day, and what was left by day: as the page and the overview's routes show it."""

from datetime import date, timedelta
from typing import Any

from spend_pipeline.period import Period, months_before
from spend_pipeline.store.database import Database, rows


def balances(database: Database, client_id: int, period: Period) -> list[dict[str, Any]]:
    """A row an integration, ascending by id: its figures, its pace, and last month up to the same day."""
    last_month = months_before(period.month_start, 1).date()
    asked = {
        "client_id": client_id,
        "today": period.today,
        "this_month": period.month_start,
        "last_month": last_month,
        "same_day": min(last_month + (period.today - period.month_start), period.month_start),
    }
    with database.as_client(client_id) as connection:
        return [dict(found) for found in rows(connection, "balances_of_client", asked)]


def days(database: Database, client_id: int, first: date, last: date) -> list[dict[str, Any]]:
    """A row an integration and UTC day of which something is known, in order of time."""
    return _of_window(database, "days_of_client", client_id, first, last)


def balances_by_day(database: Database, client_id: int, first: date, last: date) -> list[dict[str, Any]]:
    """A row an integration and UTC day on which a balance was read, in order of time within the integration."""
    return _of_window(database, "balances_by_day_of_client", client_id, first, last)


def _of_window(database: Database, name: str, client_id: int, first: date, last: date) -> list[dict[str, Any]]:
    asked = {"client_id": client_id, "first": first, "last": min(last, date.max - timedelta(days=2))}
    with database.as_client(client_id) as connection:
        return [dict(found) for found in rows(connection, name, asked)]
