"""The checks of spend by day: a day much dearer than usual, and months that do not add up to what the provider says."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

import dagster as dg

from spend_pipeline.orchestration.report import as_table
from spend_pipeline.period import midnight
from spend_pipeline.store.database import Database
from spend_pipeline.store.questions import ask

OFF_PERCENT = Decimal(2)

UNUSUAL = dg.AssetCheckSpec(
    "no_day_is_unusual",
    asset="daily_spend",
    description="No provider cost a client much more on one of these days than in the four weeks before it.",
)
RECONCILED = dg.AssetCheckSpec(
    "months_are_reconciled",
    asset="daily_spend",
    description=f"What a provider says of a month and the sum of its days differ by at most {OFF_PERCENT} %.",
)


def no_day_is_unusual(database: Database, days: Sequence[date], now: datetime) -> dg.AssetCheckResult:
    """A warning, not an error: the money may be well spent, and the rows say where. Looks at the last fourteen days."""
    at = min(now, midnight(max(days) + timedelta(days=1)) - timedelta(seconds=1))
    unusual = [row for row in ask(database, "unusual_days", at=at).rows if row["day"] in days]
    return dg.AssetCheckResult(
        check_name=UNUSUAL.name,
        passed=not unusual,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={"unusual days": as_table([_without_name(row) for row in unusual])},
    )


def months_are_reconciled(database: Database, now: datetime) -> dg.AssetCheckResult:
    """Of this month and the last."""
    months = ask(database, "reconciliation", at=now).rows
    off = [row for row in months if _is_off(row["difference"], row["off_percent"])]
    return dg.AssetCheckResult(
        check_name=RECONCILED.name,
        passed=not off,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={"months": len(months), "off": as_table([_without_name(row) for row in off])},
    )


def _is_off(difference: Decimal, percent: Decimal | None) -> bool:
    """A month that the provider says cost nothing is off by any difference."""
    return difference != 0 if percent is None else abs(percent) > OFF_PERCENT


def _without_name(row: dict[str, object]) -> dict[str, object]:
    """Dagster's database knows clients by id alone."""
    return {name: value for name, value in row.items() if name != "client"}
