"""Snapshots written out by hand, for figures worked out by hand."""

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import RowMapping

from spend_pipeline.integration import Integration
from spend_pipeline.store.database import Database
from spend_pipeline_tests.store.books import figures, read, taken, write


def at(moment: str) -> datetime:
    return datetime.fromisoformat(moment).replace(tzinfo=UTC)


def told(database: Database, of: Integration, moment: str, *said: str | None) -> UUID:
    """One reading of one integration: its balance, today and month, in dollars."""
    return taken(database, at(moment), figures(of, *said))


def changed(database: Database, of: Integration, moment: str, assignments: str) -> None:
    """What `figures` cannot say of a reading: another currency, a billing cycle, a second integration of an account."""
    write(
        database,
        f"update spend_snapshots set {assignments} where integration_id = :id and synced_at = :at",
        id=of.id,
        at=at(moment),
    )


def daily(database: Database, of: Integration) -> dict[str, tuple[str, str, str, bool]]:
    """Spend by day as (spend, restated, basis, is_partial)."""
    rows = read(database, "select * from daily_spend where integration_id = :id order by day", id=of.id)
    return {
        f"{row['day']}": (_plain(row["spend"]), _plain(row["restated"]), row["basis"], row["is_partial"])
        for row in rows
    }


def day_row(database: Database, of: Integration, day: str) -> RowMapping:
    (row,) = read(
        database,
        "select * from daily_spend where integration_id = :id and day = :day",
        id=of.id,
        day=date.fromisoformat(day),
    )
    return row


def _plain(amount: Decimal) -> str:
    return f"{amount.normalize():f}"
