"""Waiting for a sync request to be settled: one listening thread wakes however many wait."""

import asyncio
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from uuid import UUID

from spend_pipeline.errors import Unavailable
from spend_pipeline.store import requests
from spend_pipeline.store.database import Database

LOOK_SECONDS = 1.0  # a notification may be lost with its connection, so the waiting are looked up as well


class Settlements:
    """Tells who waits that their request is settled."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: dict[UUID, tuple[asyncio.AbstractEventLoop, asyncio.Event]] = {}
        self._stopping = threading.Event()
        self._let_go = False

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Listens in a thread until the block ends."""
        self._stopping.clear()
        thread = threading.Thread(target=self._listen, daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._stopping.set()
            thread.join(2 * LOOK_SECONDS)

    async def wait(self, request_id: UUID, seconds: float) -> bool:
        """Whether the request was settled within this many seconds, and before all who wait were let go."""
        event = asyncio.Event()
        self._waiting[request_id] = (asyncio.get_running_loop(), event)
        try:
            async with asyncio.timeout(seconds):
                await event.wait()
        except TimeoutError:
            return False
        else:
            return not self._let_go
        finally:
            del self._waiting[request_id]

    def let_go(self) -> None:
        """Ends every wait, for the server is about to end: whoever waits is told where the answer will be."""
        self._let_go = True
        for _, event in self._waiting.values():
            event.set()

    def _listen(self) -> None:
        while not self._stopping.is_set():
            try:
                with self._database.notifications("sync_settled") as notifications:
                    while not self._stopping.is_set():
                        self._wake(requests.settled(self._database, list(self._waiting)))
                        self._wake(_ids(notifications.wait(LOOK_SECONDS)))
            except (Unavailable, OSError):
                self._stopping.wait(LOOK_SECONDS)

    def _wake(self, settled: set[UUID]) -> None:
        for request_id in settled:
            loop, event = self._waiting.get(request_id, (None, None))
            if loop is not None and event is not None:
                loop.call_soon_threadsafe(event.set)


def _ids(payloads: Iterable[str]) -> set[UUID]:
    """Those that are ids: whoever may connect to the database may notify anything."""
    ids = set()
    for payload in payloads:
        with suppress(ValueError):
            ids.add(UUID(payload))
    return ids
