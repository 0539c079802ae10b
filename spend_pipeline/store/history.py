"""History as stored: the readings of an integration, and what the last one of each day or month told."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from spend_pipeline.store.database import Database, row, rows
from spend_pipeline.store.retention import KEPT_DAYS


@dataclass(frozen=True)
class Window:
    """Consecutive days, or months, from the start of the first one."""

    start: datetime
    periods: int
    monthly: bool


def provider_of(database: Database, client_id: int, integration_id: int) -> str | None:
    """The provider of a client's integration whose history is there: also of one that was removed lately."""
    named = {"id": integration_id, "client_id": client_id, "kept_days": KEPT_DAYS}
    with database.as_client(client_id) as connection:
        found = row(connection, "integration_with_history", named)
    return None if found is None else str(found["provider_name"])


def readings(
    database: Database,
    client_id: int,
    integration_id: int,
    start: datetime,
    end: datetime,
    *,
    shown: UUID | None,
    limit: int,
) -> list[dict[str, Any]]:
    """An integration's readings from `start` to before `end`, in order of time.

    `shown` names the sync at `start` whose reading, and all before it, were shown already.
    """
    asked = {
        "client_id": client_id,
        "integration_id": integration_id,
        "from": start,
        "to": end,
        "shown": None if shown is None else str(shown),
        "limit": limit,
    }
    with database.as_client(client_id) as connection:
        return [dict(found) for found in rows(connection, "readings_of_integration", asked)]


def by_period(
    database: Database, client_id: int, window: Window, integration_id: int | None = None
) -> list[dict[str, Any]]:
    """A row a period and integration of the client's, or of that one; figures are null where no reading tells."""
    asked = {
        "client_id": client_id,
        "integration_id": integration_id,
        "from": window.start,
        "periods": window.periods,
        "step": "1 month" if window.monthly else "1 day",
        "monthly": window.monthly,
        "kept_days": KEPT_DAYS,
    }
    with database.as_client(client_id) as connection:
        return [dict(found) for found in rows(connection, "spend_by_period", asked)]
