"""The asset checks, each showing the offending rows."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import dagster as dg

from spend_pipeline.fx import Rates
from spend_pipeline.orchestration.report import as_table
from spend_pipeline.store import syncs
from spend_pipeline.store.database import Database

STALE_HOURS = 8  # two periods of the schedule
RATE_DAYS = 7  # the bank publishes on working days: a week bridges the longest holidays

EVERY_INTEGRATION = dg.AssetCheckSpec(
    "every_integration_has_a_snapshot",
    asset="spend_snapshots",
    description="Every active integration in the sync's scope has a row, read or failed.",
)
BELIEVABLE = dg.AssetCheckSpec(
    "no_figure_leaps",
    asset="spend_snapshots",
    description="No figure is a thousand times the reading before, less of the same month, or in another currency.",
)
FRESH = dg.AssetCheckSpec(
    "no_figure_is_stale",
    asset="integration_billing",
    description=f"No active integration's figures are older than {STALE_HOURS} hours, two periods of the schedule.",
)
TOTALS = dg.AssetCheckSpec(
    "totals_equal_their_snapshots",
    asset="spend_totals",
    description="Each total equals the sum of its snapshots, added up again from the rows, outside the database.",
)

RECENT_RATES = dg.AssetCheckSpec(
    "rates_are_recent",
    asset="fx_rates",
    description=f"There are exchange rates, and the last known ones are at most {RATE_DAYS} days old.",
)

SUMS = {"total_balance": "balance_usd", "total_usage_today": "usage_today_usd", "total_usage_month": "usage_month_usd"}


def every_integration_has_a_snapshot(database: Database, sync_id: UUID) -> dg.AssetCheckResult:
    missing = syncs.rows_of(database, "missing_snapshots", sync_id)
    return dg.AssetCheckResult(
        check_name=EVERY_INTEGRATION.name, passed=not missing, metadata={"without a snapshot": as_table(missing)}
    )


def no_figure_leaps(database: Database, sync_id: UUID) -> dg.AssetCheckResult:
    """A warning, never a correction: the snapshot is what the provider said, and a person knows whether it can be."""
    leaping = syncs.rows_of(database, "leaping_figures", sync_id)
    return dg.AssetCheckResult(
        check_name=BELIEVABLE.name,
        passed=not leaping,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={"hard to believe": as_table(leaping)},
    )


def no_figure_is_stale(database: Database) -> dg.AssetCheckResult:
    """A warning, not an error: the provider may be down, and the rows say which."""
    stale = [dict(row) for row in database.rows("stale_integrations", {"hours": STALE_HOURS})]
    return dg.AssetCheckResult(
        check_name=FRESH.name,
        passed=not stale,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={"stale": as_table(stale)},
    )


def rates_are_recent(rates: Rates, today: date) -> dg.AssetCheckResult:
    old = [{"currency": code, "day": rate.day} for code, rate in rates.items() if (today - rate.day).days > RATE_DAYS]
    return dg.AssetCheckResult(
        check_name=RECENT_RATES.name, passed=bool(rates) and not old, metadata={"older": as_table(old)}
    )


def totals_equal_their_snapshots(database: Database, sync_ids: Sequence[UUID]) -> dg.AssetCheckResult:
    wrong = [row for sync_id in sync_ids for row in _differing(database, sync_id)]
    return dg.AssetCheckResult(check_name=TOTALS.name, passed=not wrong, metadata={"differing totals": as_table(wrong)})


def _differing(database: Database, sync_id: UUID) -> list[dict[str, Any]]:
    """The totals of a sync that its snapshots do not add up to."""
    totals = syncs.rows_of(database, "totals_of_sync", sync_id)
    recounted = _recounted(syncs.rows_of(database, "snapshot_figures", sync_id))
    wrong = [row for row in totals if not recounted.get(row["client_id"], {}).items() <= row.items()]
    return wrong if len(totals) == len(recounted) else [*wrong, {"client_id": "a client has no total, or one too many"}]


def _recounted(figures: Sequence[Mapping[str, Any]]) -> dict[int, dict[str, Any]]:
    """What these snapshots add up to, a row a client."""
    recounted: dict[int, dict[str, Any]] = {}
    for row in figures:
        mine = recounted.setdefault(row["client_id"], {**dict.fromkeys(SUMS, Decimal(0)), "synced": 0, "failed": 0})
        mine["failed" if row["status"] == "failed" else "synced"] += 1
        for name, column in SUMS.items():
            if row["counted"] and row[column] is not None:
                mine[name] += row[column]
    return recounted
