"""Sync requests as stored: accepted once a minute, claimed by a sync, settled."""

from dataclasses import dataclass
from decimal import Decimal
from math import ceil
from uuid import UUID, uuid4

from sqlalchemy import RowMapping

from spend_pipeline.store.database import Database, row, rows
from spend_pipeline.store.heartbeats import Turn

MANUAL_SYNC_SECONDS = 60


@dataclass(frozen=True)
class TooSoon:
    """The client's minute is not over: how long it is, and the Unix time when it ends."""

    seconds: int
    reset: int


@dataclass(frozen=True)
class Accepted:
    """A request that was queued, and the Unix time until which the client has to wait for its next."""

    id: UUID
    reset: int


def accept(database: Database, client_id: int, provider_name: str | None) -> Accepted | TooSoon:
    """Takes the client's minute and queues the request, or says how long to wait.

    Of two at once exactly one is accepted.
    """
    minute = {"client_id": client_id, "seconds": MANUAL_SYNC_SECONDS}
    with database.as_client(client_id) as connection:
        taken = row(connection, "accept_manual_sync", minute)
        (left,) = rows(connection, "manual_sync_wait", minute)
        seconds = max(1, ceil(left["seconds"]))
        reset = ceil(left["now"] + Decimal(left["seconds"]))
        if taken is None:
            return TooSoon(seconds, reset)
        request_id = uuid4()
        queued = {"id": str(request_id), "client_id": client_id, "provider_name": provider_name}
        rows(connection, "add_sync_request", queued)
        return Accepted(request_id, reset)


def count_active(database: Database, client_id: int, provider_name: str | None) -> tuple[int, int]:
    """How many active integrations the client has, in all and of that provider."""
    with database.as_client(client_id) as connection:
        named = {"client_id": client_id, "provider_name": provider_name}
        (counted,) = rows(connection, "count_active_integrations", named)
    return int(counted["active"]), int(counted["of_provider"])


def status(database: Database, client_id: int, request_id: UUID) -> RowMapping | None:
    """A request of this client; None where there is none, or it is another's."""
    with database.as_client(client_id) as connection:
        return row(connection, "request_status", {"id": str(request_id), "client_id": client_id})


def settled(database: Database, request_ids: list[UUID]) -> set[UUID]:
    """Which of these are settled."""
    if not request_ids:
        return set()
    found = database.rows("settled_requests", {"ids": [str(request_id) for request_id in request_ids]})
    return {each["id"] for each in found}


def claim(database: Database, sync_id: UUID, turn: Turn) -> list[str] | None:
    """Claims every pending request for one sync.

    The names of the providers they are about, or None where none was pending or the turn has ended.
    """
    with database.transaction() as connection:
        claimed = row(
            connection,
            "claim_requests",
            {"sync_id": str(sync_id), "listener": turn.listener, "turn": str(turn.id)},
        )
    return None if claimed is None else list(claimed["providers"] or [])
