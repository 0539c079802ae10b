"""Who listens for sync requests: each listener beats while its turn lasts."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID, uuid4

from spend_pipeline.store.database import Database, row


@dataclass(frozen=True)
class Turn:
    """One turn of a listener. A later turn of the same listener ends it: it may beat and claim no more."""

    listener: str
    id: UUID


def begin_turn(database: Database, listener: str) -> Turn:
    """A new turn, which has beaten once."""
    turn = Turn(listener, uuid4())
    database.rows("begin_turn", {"name": listener, "turn": str(turn.id)})
    return turn


def beat(database: Database, turn: Turn) -> bool:
    """Says that the turn goes on. False where it has ended."""
    return bool(database.rows("beat", {"name": turn.listener, "turn": str(turn.id)}))


def forget(database: Database) -> None:
    """Ends every turn, before a start or at an end: a beat of the last life would pass for one of this."""
    database.rows("forget_beats")


def age(database: Database) -> Decimal | None:
    """Seconds since anybody beat; None where nobody ever did."""
    with database.transaction() as connection:
        found = row(connection, "heartbeat_age")
    return None if found is None else found["seconds"]
