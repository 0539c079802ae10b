"""The endpoint over a database that is short of connections or only reads: 503, and nothing half done."""

import asyncio
from collections import Counter
from collections.abc import Iterator

import pytest
from sqlalchemy import text

from spend_pipeline.errors import Unavailable
from spend_pipeline.settings import Settings
from spend_pipeline.store import heartbeats
from spend_pipeline.store.database import Database
from spend_pipeline.store.vault import Vault
from spend_pipeline_tests.api.endpoint import PATH, Caller, error_of, serving
from spend_pipeline_tests.store import books
from spend_pipeline_tests.store.books import GROQ, OPENROUTER, scalar, write

CALLERS = 1000


@pytest.fixture
def caller(database: Database, vault: Vault, home: Settings) -> Iterator[Caller]:
    """A client at an endpoint of its own, which believes that somebody listens."""
    pool = Database(database.url, connections=10)
    with serving(home, pool) as (url, _):
        heartbeats.begin_turn(database, "a listener")
        yield Caller(url, books.add_client(database, vault, OPENROUTER, GROQ))
    pool.dispose()


async def post(caller: Caller, together: asyncio.Barrier) -> tuple[int, str]:
    """The status and the head of an answer to a POST that is sent when all have come."""
    host, port = caller.url.removeprefix("http://").split(":")
    async with together:
        pass
    reader, writer = await asyncio.open_connection(host, int(port))
    token = caller.headers["Authorization"]
    request = f"POST {PATH} HTTP/1.1\r\nHost: x\r\nAuthorization: {token}\r\nPrefer: respond-async\r\n\r\n"
    writer.write(request.encode())
    head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
    writer.close()
    return int(head.split()[1]), head


def test_of_a_thousand_at_once_one_is_accepted(caller: Caller, database: Database) -> None:
    """However short of connections it is: the others are told when to come back, and none breaks."""

    async def all_at_once() -> list[tuple[int, str]]:
        together = asyncio.Barrier(CALLERS)
        return await asyncio.gather(*(post(caller, together) for _ in range(CALLERS)))

    answers = asyncio.run(all_at_once())
    statuses = Counter(status for status, _ in answers)
    assert statuses.keys() <= {202, 429, 503}
    assert statuses[202] == 1
    assert all("retry-after: " in head for _, head in answers)
    assert scalar(database, "select count(*) from sync_requests") == 1


def test_a_database_that_only_reads_costs_nobody_a_minute(caller: Caller, database: Database) -> None:
    """As a standby does, or a primary that is being replaced: 503 until it writes again, then 202."""
    name = scalar(database, "select current_database()")
    write(database, f'alter database "{name}" set default_transaction_read_only = on')
    cut(database)
    refused = caller.post(headers={"Prefer": "respond-async"})
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "5")
    assert error_of(refused) == "The database cannot be reached right now: try again shortly"
    with pytest.raises(Unavailable, match="ReadOnlySqlTransaction"):
        heartbeats.begin_turn(database, "a listener")
    with database.transaction() as connection:
        connection.execute(text("set transaction read write"))
        connection.execute(text(f'alter database "{name}" reset default_transaction_read_only'))
    cut(database)
    assert caller.post(headers={"Prefer": "respond-async"}).status_code == 202


def cut(database: Database) -> None:
    """Ends every connection to it: the next ones have the settings of now."""
    others = "datname = current_database() and pid <> pg_backend_pid()"
    scalar(database, f"select count(pg_terminate_backend(pid, 5000)) from pg_stat_activity where {others}")
    database.dispose()
