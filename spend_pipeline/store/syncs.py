"""Syncs as stored: begun or taken up again, held by one run at a time, settled, retried, given up."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from spend_pipeline.store.database import Database, row, rows, statement

AUTOMATIC = "schedule"  # the trigger of the automatic sync


@dataclass(frozen=True)
class Sync:
    """A sync under way, in a run: its one clock reading, whether its snapshots are all taken already, what began it."""

    id: UUID
    run_id: str
    synced_at: datetime
    taken: bool
    trigger: str

    @property
    def automatic(self) -> bool:
        return self.trigger == AUTOMATIC


@dataclass(frozen=True)
class Unfinished:
    """A sync that has not ended, as recovery looks at it."""

    id: UUID
    run_id: str | None
    attempts: int
    taken: bool
    provider_names: list[str] | None
    part_of: UUID | None
    progressed_at: datetime
    silent_seconds: Decimal


@contextmanager
def held(database: Database, sync_id: UUID) -> Iterator[None]:
    """Holds a sync for this process until the block or the process ends; a second run of the same sync waits here."""
    with database.session() as connection:  # no transaction stays open for the minutes a sync may take
        connection.execute(statement("hold_sync"), {"sync_id": str(sync_id)})
        yield


def begin(
    database: Database,
    sync_id: UUID,
    *,
    trigger: str,
    run_id: str,
    provider_names: Sequence[str],
    now: datetime,
    client_id: int | None = None,
) -> Sync:
    """The sync, begun by this run or taken up from one that died.

    Once its snapshots are taken, its clock reading stands.
    """
    begun = {
        "sync_id": str(sync_id),
        "trigger": trigger,
        "run_id": run_id,
        "client_id": client_id,
        "provider_names": list(provider_names),
        "now": now,
    }
    (found,) = database.rows("begin_sync", begun)
    return Sync(sync_id, run_id, found["synced_at"], found["taken"], found["trigger"])


def in_parts(database: Database, whole: UUID, *, trigger: str, integrations_per_run: int) -> list[UUID]:
    """The syncs that a sync of everything is divided into, each of whole clients. Divided once, however often asked."""
    planned = {"whole": str(whole), "trigger": trigger, "integrations_per_run": integrations_per_run}
    with database.transaction() as connection:
        rows(connection, "plan_alone", {"whole": str(whole)})
        rows(connection, "plan_parts", planned)
        return [found["id"] for found in rows(connection, "parts_of", {"whole": str(whole)})]


def waiting_clients(database: Database, sync_id: UUID) -> frozenset[int]:
    """The clients that wait for this sync's answer."""
    return frozenset(found["client_id"] for found in database.rows("waiting_clients", {"sync_id": str(sync_id)}))


def to_settle(database: Database, sync_id: UUID) -> list[UUID]:
    """The syncs whose billing state and totals this run brings up to date."""
    return [found["id"] for found in database.rows("syncs_to_settle", {"sync_id": str(sync_id)})]


def finish(database: Database, sync_ids: Sequence[UUID]) -> None:
    """Ends syncs well: their requests are done, and whoever waits is told."""
    database.rows("finish_syncs", {"sync_ids": _texts(sync_ids)})


def unfinished(database: Database) -> list[Unfinished]:
    return [Unfinished(**found) for found in database.rows("unfinished_syncs")]


def is_held(database: Database, sync_id: UUID) -> bool:
    """Whether a process is at work on it. True is a sign of life; False is none."""
    with database.transaction() as connection:
        found = row(connection, "sync_is_held", {"sync_id": str(sync_id)})
    return bool(found and found["held"])


def retry(database: Database, sync: Unfinished) -> int | None:
    """Counts another try and answers its number; None where somebody else was first, or it moved after all."""
    seen = {"sync_id": str(sync.id), "attempts": sync.attempts, "progressed_at": sync.progressed_at}
    retried = database.rows("retry_sync", seen)
    return int(retried[0]["attempts"]) if retried else None


def give_up(database: Database, sync_id: UUID, error: str) -> None:
    """Ends a sync with an error that its requests carry to whoever asks."""
    database.rows("give_up_sync", {"sync_id": str(sync_id), "error": error})


def write_totals(database: Database, sync_ids: Sequence[UUID]) -> None:
    database.rows("write_totals", {"sync_ids": _texts(sync_ids)})


def _texts(sync_ids: Sequence[UUID]) -> list[str]:
    return [str(sync_id) for sync_id in sync_ids]


def rows_of(database: Database, name: str, sync_id: UUID) -> list[dict[str, Any]]:
    """The rows of one of the statements about a single sync."""
    with database.transaction() as connection:
        return [dict(found) for found in rows(connection, name, {"sync_id": str(sync_id)})]
