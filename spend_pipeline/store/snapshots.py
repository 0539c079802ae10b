"""Snapshots as stored: what to read, the rows appended a thousand at once, and the rows that answer a request."""

import json
from collections.abc import Sequence
from datetime import UTC
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, RowMapping

from spend_pipeline.errors import FailureKind, Unavailable
from spend_pipeline.integration import HeldBack, Integration, RecordedBalance
from spend_pipeline.money import Money
from spend_pipeline.snapshot import Figure, Snapshot
from spend_pipeline.store import billing
from spend_pipeline.store.billing import NONE, PaidFigures
from spend_pipeline.store.database import Database, rows
from spend_pipeline.store.syncs import Sync

AT_ONCE = 1_000  # rows a statement: all of a large sync's at once, as text, would be most of its memory


def integrations_to_read(database: Database, sync: Sync) -> list[Integration]:
    """The integrations in a sync's scope whose client has no rows in it yet.

    Each with what its recorded balance, if any, has to be kept current by.
    """
    found = database.rows("integrations_to_read", {"sync_id": str(sync.id), "now": sync.synced_at})
    return [_integration(each) for each in found]


def append(database: Database, sync: Sync, snapshots: Sequence[Snapshot]) -> None:
    """Appends a sync's snapshots, all that are left, and marks it taken, in one transaction: all of them or none."""
    with database.transaction() as connection:
        _write(connection, sync, snapshots)
        rows(connection, "snapshots_taken", {"sync_id": str(sync.id)})


def append_and_answer(
    database: Database, sync: Sync, snapshots: Sequence[Snapshot], paid_figures: PaidFigures = NONE
) -> None:
    """Appends all snapshots of clients that wait, and settles their requests.

    Their billing state and totals follow in the same transaction, while the sync still reads for others.
    """
    with database.transaction() as connection:
        _write(connection, sync, snapshots)
        billing.apply(connection, [sync.id], paid_figures)
        rows(connection, "write_totals", {"sync_ids": [str(sync.id)]})
        clients = sorted({each.integration.client_id for each in snapshots})
        rows(connection, "settle_requests", {"sync_id": str(sync.id), "client_ids": clients})


def _write(connection: Connection, sync: Sync, snapshots: Sequence[Snapshot]) -> None:
    """Raises Unavailable where another run has taken the sync up: this one was cut off, and comes too late."""
    if not rows(connection, "write_as_its_run", {"sync_id": str(sync.id), "run_id": sync.run_id}):
        raise Unavailable("Another run has taken this sync up, so what this one read is left out")
    rows(connection, "ensure_partition", {"moment": sync.synced_at})
    for start in range(0, len(snapshots), AT_ONCE):
        listed = json.dumps([_row(each) for each in snapshots[start : start + AT_ONCE]])
        rows(connection, "write_snapshots", {"sync_id": str(sync.id), "synced_at": sync.synced_at, "rows": listed})


def answer_rows(
    database: Database, sync_id: UUID, *, client_id: int | None = None, provider_name: str | None = None
) -> list[dict[str, Any]]:
    """The snapshots of a sync, in USD, ascending by integration; of one client and provider where they are named."""
    scope = {"sync_id": str(sync_id), "client_id": client_id, "provider_name": provider_name}
    on_behalf = database.transaction() if client_id is None else database.as_client(client_id)
    with on_behalf as connection:
        return [dict(found) for found in rows(connection, "request_rows", scope)]


def _integration(found: RowMapping) -> Integration:
    recorded = None
    if found["recorded_balance"] is not None:
        recorded = RecordedBalance(
            Money(found["recorded_balance"], found["recorded_balance_currency"]),
            found["recorded_balance_as_of"].astimezone(UTC),
            closed_months=found["closed_months"],
            before=found["before"],
        )
    held_back = None
    if found["held_back_until"] is not None:
        kind = FailureKind(found["billing_sync_error_kind"])
        held_back = HeldBack(found["held_back_until"].astimezone(UTC), kind, found["billing_sync_error"])
    return Integration(
        found["id"],
        found["client_id"],
        found["provider_name"],
        found["credentials"],
        recorded,
        found["account"],
        held_back,
    )


def _row(each: Snapshot) -> dict[str, Any]:
    """Its columns; what is not there is null."""
    columns = {
        "integration_id": each.integration.id,
        "client_id": each.integration.client_id,
        "provider_name": each.integration.provider_name,
        "status": each.status,
        **_figure("balance", each.balance),
        **_figure("usage_today", each.usage_today),
        **_figure("usage_month", each.usage_month),
        "note": each.note,
        "error": each.error,
        "error_kind": each.error_kind,
        "as_of": each.as_of.isoformat() if each.as_of else None,
        "balance_parts": _parts(each.balance),
        "cycle_start": each.cycle[0].isoformat() if each.cycle else None,
        "cycle_end": each.cycle[1].isoformat() if each.cycle else None,
        "counted": each.counted,
        "account": each.account,
        "held_back": each.held_back,
        "parked_until": each.parked_until.isoformat() if each.parked_until else None,
        "read_seconds": f"{each.seconds:.3f}",
    }
    return {name: value for name, value in columns.items() if value is not None}


def _figure(name: str, figure: Figure | None) -> dict[str, Any]:
    """A figure's columns; amounts travel as text, which PostgreSQL turns into the same exact numeric."""
    if figure is None:
        return {}
    return {
        name: str(figure.money.amount),
        f"{name}_currency": figure.money.currency,
        f"{name}_basis": figure.basis,
        f"{name}_usd": None if figure.usd is None else str(figure.usd),
        f"{name}_rate": str(figure.rate.usd) if figure.rate else None,
        f"{name}_rate_day": figure.rate.day.isoformat() if figure.rate else None,
    }


def _parts(balance: Figure | None) -> list[dict[str, str]] | None:
    if balance is None or not balance.parts:
        return None
    return [{"amount": str(part.amount), "currency": part.currency} for part in balance.parts]
