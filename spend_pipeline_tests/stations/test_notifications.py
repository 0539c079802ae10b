"""Listening to the database outlives the database: whoever waits is told, and a listener starts again."""

import asyncio
import threading
from uuid import uuid4

import pytest
from sqlalchemy import QueuePool, text

from spend_pipeline.api.waiting import Settlements
from spend_pipeline.errors import Unavailable
from spend_pipeline.store.database import Database

LISTENERS = "pid <> pg_backend_pid() and datname = current_database() and query like 'listen%'"


def hang_up_on_listeners(database: Database) -> int:
    """Ends every listening connection, as a restart of the server does; how many there were."""
    with database.transaction() as connection:
        return len(
            connection.execute(text(f"select pg_terminate_backend(pid) from pg_stat_activity where {LISTENERS}")).all()
        )


def test_a_listener_that_is_hung_up_on_is_told_so_in_our_words(database: Database) -> None:
    """The driver's own error would pass by everybody who waits for ours."""
    with pytest.raises(Unavailable, match="hung up"), database.notifications("a_channel") as notifications:  # noqa: PT012
        assert hang_up_on_listeners(database) == 1
        notifications.wait(5)
        notifications.wait(5)


def test_no_connection_left_is_no_database(database: Database) -> None:
    """A pool that is used up answers as a database that is down, not as a bug."""
    small = Database(database.url, connections=1)
    assert isinstance(small.engine.pool, QueuePool)
    small.engine.pool._timeout = 0.05  # ten seconds are for production
    with small.transaction(), small.transaction(), pytest.raises(Unavailable), small.transaction():
        pass
    small.dispose()


def test_whoever_waits_is_woken_after_the_database_came_back(database: Database) -> None:
    """The thread that listens for all of them starts again."""
    settlements = Settlements(database)
    listening = threading.Event()
    with settlements.listening():
        for _ in range(100):
            if hang_up_on_listeners(database):
                break
            listening.wait(0.05)
        request_id = uuid4()

        async def settled() -> bool:
            waiting = asyncio.create_task(settlements.wait(request_id, 10))
            for _ in range(100):
                with database.transaction() as connection:
                    connection.execute(text(f"notify sync_settled, '{request_id}'"))
                await asyncio.wait([waiting], timeout=0.1)
                if waiting.done():
                    break
            return await waiting

        assert asyncio.run(settled())
