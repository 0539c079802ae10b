"""Many slow things at once: bounded in all and per host, each with its own time, none holding up another."""

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from queue import Empty
from typing import Generic, TypeVar

from spend_pipeline.errors import Busy, ProviderFailure
from spend_pipeline.outbound.deadline import Deadline
from spend_pipeline.outbound.places import Anywhere, Places
from spend_pipeline.workers import Workers

T = TypeVar("T")
R = TypeVar("R")
LOOK_SECONDS = 0.25  # between two looks for places that others hold
GRACE = 0.5  # seconds beyond its deadline in which a worker may still say itself why it is late


@dataclass(frozen=True)
class Limits:
    """How many may be in flight in one run, in all and at one host, and the seconds each may take."""

    in_flight: int = 128
    per_host: int = 16
    seconds: float = 20.0


@dataclass
class FanOut(Generic[T, R]):
    """Runs `work` on every item in threads of its own and yields outcomes as they come.

    A thread takes one item after the other. A name lookup or a header sent drop by drop cannot be interrupted, so one
    that outlives its item's time is left behind, and another takes its place: its item is answered Busy. The clock of
    an item starts with its work, not while it waits for a place, and `work` moves it on by what it waits for its turn.
    """

    work: Callable[[T, Deadline], R]
    host: Callable[[T], str]
    limits: Limits
    places: Places = field(default_factory=Anywhere)

    def run(self, items: Iterable[T]) -> Iterator[tuple[T, R | ProviderFailure]]:
        """Each item once, with its result or its failure."""
        waiting: dict[str, deque[tuple[int, T]]] = {}
        for number, item in enumerate(items):
            waiting.setdefault(self.host(item), deque()).append((number, item))
        running: dict[int, tuple[T, Deadline]] = {}
        workers: Workers[R] = Workers()
        busy: dict[str, int] = dict.fromkeys(waiting, 0)
        try:
            while waiting or running:
                self.places.settle({host: len(queue) for host, queue in waiting.items()})
                for number, item in self._startable(waiting, busy, self.limits.in_flight - len(running)):
                    deadline = Deadline.after(self.limits.seconds)
                    running[number] = (item, deadline)
                    workers.begin(number, partial(self.work, item, deadline))
                lacking = len(running) < self.limits.in_flight and any(
                    busy[host] < self.limits.per_host for host in waiting
                )
                for number, outcome in self._next(workers, running, LOOK_SECONDS if lacking else None):
                    item, _ = running.pop(number)
                    busy[self.host(item)] -= 1
                    self.places.leave(self.host(item))
                    yield item, outcome
        finally:
            workers.dismiss()

    def _startable(
        self, waiting: dict[str, deque[tuple[int, T]]], busy: dict[str, int], places: int
    ) -> Iterator[tuple[int, T]]:
        """What may start now, taking hosts in turn so that a large one does not fill every place."""

        def is_open(host: str) -> bool:
            return host in waiting and busy[host] < self.limits.per_host and self.places.free(host) > 0

        open_hosts = [host for host in waiting if is_open(host)]
        while places > 0 and open_hosts:
            for host in open_hosts[:places]:
                yield waiting[host].popleft()
                busy[host] += 1
                self.places.enter(host)
                places -= 1
                if not waiting[host]:
                    del waiting[host]
            open_hosts = [host for host in open_hosts if is_open(host)]

    def _next(
        self, workers: Workers[R], running: dict[int, tuple[T, Deadline]], at_most: float | None
    ) -> Iterator[tuple[int, R | ProviderFailure]]:
        """The outcomes that there are, waiting for the first; or a Busy for each item whose time is over.

        An outcome that comes later is ignored. None, where `at_most` so many seconds go by before there is one.
        """
        due = [deadline.at + GRACE - time.monotonic() for _, deadline in running.values()]
        due += [] if at_most is None else [at_most]
        try:
            come = [workers.done.get(timeout=max(0.0, min(due)))]
            come += [workers.done.get_nowait() for _ in range(workers.done.qsize())]  # nobody else takes any
        except Empty:
            for number, (_, deadline) in list(running.items()):
                if deadline.at + GRACE <= time.monotonic():
                    workers.give_up(number)
                    yield number, Busy.timeout(self.limits.seconds)
            return
        for number, outcome in come:
            if number in running:
                workers.free()
                yield number, outcome
