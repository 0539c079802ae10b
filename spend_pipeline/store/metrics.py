"""What is measured now, of all clients: the operator's view, which no client's token opens."""

from typing import Any

from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from spend_pipeline.errors import Unavailable
from spend_pipeline.store.database import Database, rows

MOST = 10_000  # integrations: a scrape stays a few megabytes
SECONDS = 5


def samples(database: Database) -> list[dict[str, Any]]:
    """One row a sample. Raises Unavailable without a database, a current schema, or an answer in time."""
    try:
        with database.as_owner() as connection:
            connection.execute(text("set transaction read only"))
            connection.execute(text(f"set local statement_timeout = '{SECONDS}s'"))
            return [dict(row) for row in rows(connection, "metrics", {"most": MOST})]
    except ProgrammingError:
        raise Unavailable("The database lacks what is measured: run `spend db upgrade`") from None
