"""Many slow things at once: bounded in all and per host, each with its own time, none holding up another."""

import logging
import threading
import time
import traceback
from collections import deque
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Generic, TypeVar

from spend_pipeline.errors import Busy, ProviderFailure, Unreadable

log = logging.getLogger(__name__)

T = TypeVar("T")
R = TypeVar("R")
GRACE = 0.5  # seconds beyond its deadline in which a worker may still say itself why it is late


@dataclass(frozen=True)
class Limits:
    """How many may be in flight, in all and at one host, and the seconds each may take."""

    in_flight: int = 64
    per_host: int = 16
    seconds: float = 20.0


@dataclass
class FanOut(Generic[T, R]):
    """Runs `work` on every item in threads of its own and yields outcomes as they come.

    A name lookup or a header sent drop by drop cannot be interrupted, so a thread that outlives its time is left
    behind: its item is answered Busy and its place is free. The clock of an item starts with its work, not while it
    waits for a place.
    """

    work: Callable[[T], R]
    host: Callable[[T], Hashable]
    limits: Limits

    def run(self, items: Iterable[T]) -> Iterator[tuple[T, R | ProviderFailure]]:
        """Each item once, with its result or its failure."""
        waiting: dict[Hashable, deque[tuple[int, T]]] = {}
        for number, item in enumerate(items):
            waiting.setdefault(self.host(item), deque()).append((number, item))
        running: dict[int, tuple[T, float]] = {}
        done: SimpleQueue[tuple[int, R | ProviderFailure]] = SimpleQueue()
        busy: dict[Hashable, int] = dict.fromkeys(waiting, 0)
        while waiting or running:
            for number, item in self._startable(waiting, busy, self.limits.in_flight - len(running)):
                running[number] = (item, time.monotonic() + self.limits.seconds + GRACE)
                threading.Thread(target=self._work, args=(number, item, done), daemon=True).start()
            for number, outcome in self._next(done, running):
                item, _ = running.pop(number)
                busy[self.host(item)] -= 1
                yield item, outcome

    def _startable(
        self, waiting: dict[Hashable, deque[tuple[int, T]]], busy: dict[Hashable, int], places: int
    ) -> Iterator[tuple[int, T]]:
        """What may start now, taking hosts in turn so that a large one does not fill every place."""
        open_hosts = [host for host in waiting if busy[host] < self.limits.per_host]
        while places > 0 and open_hosts:
            for host in open_hosts[:places]:
                yield waiting[host].popleft()
                busy[host] += 1
                places -= 1
                if not waiting[host]:
                    del waiting[host]
            open_hosts = [host for host in open_hosts if host in waiting and busy[host] < self.limits.per_host]

    def _next(
        self, done: "SimpleQueue[tuple[int, R | ProviderFailure]]", running: dict[int, tuple[T, float]]
    ) -> Iterator[tuple[int, R | ProviderFailure]]:
        """The next outcome, or a Busy for each item whose time is over. An outcome that comes later is ignored."""
        first_due = min(due for _, due in running.values())
        try:
            number, outcome = done.get(timeout=max(0.0, first_due - time.monotonic()))
            if number in running:
                yield number, outcome
        except Empty:
            for number, (_, due) in list(running.items()):
                if due <= time.monotonic():
                    yield number, Busy.timeout(self.limits.seconds)

    def _work(self, number: int, item: T, done: "SimpleQueue[tuple[int, R | ProviderFailure]]") -> None:
        try:
            done.put((number, self.work(item)))
        except ProviderFailure as failure:
            done.put((number, failure))
        except Exception as error:  # noqa: BLE001 - the edge: a bug of ours fails one row, loudly, and no other
            # The message may quote what it choked on, a key for one; the frames do not.
            log.error(
                "A reader failed with %s\n%s", type(error).__name__, "".join(traceback.format_tb(error.__traceback__))
            )
            done.put((number, Unreadable(f"our reader failed on it ({type(error).__name__})")))
