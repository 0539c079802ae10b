"""What people read in the Dagster UI: counts, totals, and tables of rows. Never a credential, never a client's name."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

import dagster as dg

from spend_pipeline.fx import Rates
from spend_pipeline.store import syncs
from spend_pipeline.store.database import Database

Metadata = dict[str, Any]

LONGEST_TABLE = 100  # rows that a person reads in the UI, and that Dagster's log keeps of every run


def table(name: str, guide: str) -> Metadata:
    """Which table an asset is kept in, and the page beside the UI that says how to read it."""
    return {"dagster/table_name": f"public.{name}", "guide": dg.MetadataValue.url(f"/guide/{guide}")}


def as_table(rows: Sequence[Mapping[str, object]]) -> dg.TableMetadataValue:
    """Rows as a table; an empty one has a column that says so, and a long one a last row."""
    if not rows:
        none = [dg.TableRecord({"none": ""})][:0]
        return dg.MetadataValue.table(none, schema=dg.TableSchema([dg.TableColumn("none", "string")]))
    shown = [{name: _cell(value) for name, value in row.items()} for row in rows[:LONGEST_TABLE]]
    if len(rows) > LONGEST_TABLE:
        first, *others = rows[0]
        shown.append({first: f"and {len(rows) - LONGEST_TABLE} more", **dict.fromkeys(others)})
    return dg.MetadataValue.table([dg.TableRecord(each) for each in shown])


def of_snapshots(database: Database, sync_id: UUID) -> Metadata:
    """What a sync read at all its providers together."""
    counts = syncs.rows_of(database, "snapshot_counts", sync_id)
    return {
        "sync": str(sync_id),
        "integrations": sum(row["integrations"] for row in counts),
        "failed": sum(row["failed"] for row in counts),
        "without a billing API": sum(row["unsupported"] for row in counts),
        "failures": as_table(syncs.rows_of(database, "failures_of_sync", sync_id)),
    }


def of_rates(rates: Rates, trouble: str) -> Metadata:
    rows = [{"currency": code, "in US dollars": rate.usd, "day": rate.day} for code, rate in sorted(rates.items())]
    return {"currencies": len(rows), "rates": as_table(rows), "the feed": trouble or "answered"}


def by_partition(database: Database, sync_id: UUID, provider_names: Sequence[str]) -> dict[str, Metadata]:
    """What a sync read at each provider of its range."""
    counts = {row["provider_name"]: row for row in syncs.rows_of(database, "snapshot_counts", sync_id)}
    return {
        name: {
            "integrations at this provider": counts[name]["integrations"] if name in counts else 0,
            "failed at this provider": counts[name]["failed"] if name in counts else 0,
        }
        for name in provider_names
    }


def of_billing(database: Database) -> Metadata:
    rows = database.rows("billing_errors")
    shown = ("id", "provider_name", "billing_sync_error", "consecutive_failures")
    return {
        "integrations": rows[0]["integrations"],
        "with an error": rows[0]["with_an_error"],
        "errors": as_table([{name: row[name] for name in shown} for row in rows if row["id"] is not None]),
    }


def of_totals(database: Database, sync_ids: Sequence[UUID]) -> Metadata:
    rows = [row for sync_id in sync_ids for row in syncs.rows_of(database, "totals_of_sync", sync_id)]
    return {
        "clients": len(rows),
        "total balance (USD)": _usd(rows, "total_balance"),
        "total usage this month (USD)": _usd(rows, "total_usage_month"),
        "totals": as_table(rows),
    }


def _usd(rows: Sequence[Mapping[str, Any]], name: str) -> dg.FloatMetadataValue:
    """A number that the UI plots over time; the exact one is in the table and in PostgreSQL."""
    return dg.MetadataValue.float(float(sum((row[name] for row in rows), Decimal(0))))


def _cell(value: object) -> str | int | bool | None:
    return value if value is None or isinstance(value, (bool, int)) else str(value)
