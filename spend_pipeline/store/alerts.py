"""Alerts as stored: budgets evaluated, what is to be told claimed and recorded, alerts listed."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from spend_pipeline.store.database import Database, rows

KEPT_DAYS = 3  # how long what does not arrive is tried again
AT_MOST = 500  # deliveries a pass


@dataclass(frozen=True)
class Evaluated:
    """What a look at the budgets came to: how many there are, how many are unknown, what changed and what is open."""

    budgets: int
    unknown: int
    fired: int
    ended: int
    queued: int
    open: int = field(default=0, compare=False)


def evaluate(database: Database, now: datetime, *, operator: bool) -> Evaluated:
    """Fires and ends alerts by what is known now, and queues what is to be told, in one transaction.

    `operator` says that the operator has a channel too. Twice is as good as once.
    """
    with database.transaction() as connection:
        rows(connection, "hold_alerts")
        (counts,) = rows(connection, "evaluate_budgets", {"now": now, "operator": operator})
    return Evaluated(**counts)


def claim(database: Database, for_seconds: float) -> list[dict[str, Any]]:
    """What waits to be told and is nobody else's, for so long; what has waited too long is given up."""
    wanted = {"seconds": for_seconds, "kept_days": KEPT_DAYS, "at_most": AT_MOST}
    return [dict(found) for found in database.rows("claim_deliveries", wanted)]


def record(database: Database, delivery_id: UUID, error: str | None) -> None:
    """Notes that it was delivered, or why not."""
    database.rows("record_delivery", {"id": delivery_id, "error": error, "tried": True})


def put_off(database: Database, delivery_id: UUID) -> None:
    """Gives it back untried."""
    database.rows("record_delivery", {"id": delivery_id, "error": None, "tried": False})


def undelivered(database: Database) -> list[dict[str, Any]]:
    return [dict(found) for found in database.rows("undelivered_alerts")]


def opened(database: Database) -> list[dict[str, Any]]:
    return [dict(found) for found in database.rows("open_alerts")]


def listed(
    database: Database, client: str | None = None, *, ended: bool = False, limit: int = 100
) -> list[dict[str, Any]]:
    """Newest first; without `ended`, only those that are open or of which something has not arrived."""
    return [dict(found) for found in database.rows("list_alerts", {"client": client, "ended": ended, "limit": limit})]


def of_client(
    database: Database, client_id: int, limit: int, *, before: int | None = None, is_open: bool | None = None
) -> list[dict[str, Any]]:
    """A client's own, newest first, behind one that was shown already."""
    asked = {"client_id": client_id, "limit": limit, "before": before, "is_open": is_open}
    with database.as_client(client_id) as connection:
        return [dict(found) for found in rows(connection, "alerts_of_client", asked)]
