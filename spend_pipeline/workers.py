"""Threads that take one task after the other; one whose task does not end is left behind with it."""

import logging
import threading
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from queue import SimpleQueue
from typing import Generic, TypeVar

from spend_pipeline.errors import ProviderFailure, Unreadable

log = logging.getLogger(__name__)

R = TypeVar("R")


@dataclass
class Workers(Generic[R]):
    """As many threads as tasks were under way at once: to start one takes longer than most of what it does.

    Each task's outcome comes out of `done` once, by its number. Whoever takes it out says `free`, or gives a task up.
    """

    done: "SimpleQueue[tuple[int, R | ProviderFailure]]" = field(default_factory=SimpleQueue)
    _tasks: "SimpleQueue[tuple[int, Callable[[], R]] | None]" = field(default_factory=SimpleQueue)
    _given_up: set[int] = field(default_factory=set)
    _started: int = 0
    _free: int = 0

    def begin(self, number: int, task: Callable[[], R]) -> None:
        """Begins a task at once, on a thread that is free or on a new one."""
        if self._free:
            self._free -= 1
        else:
            self._started += 1
            threading.Thread(target=self._work, daemon=True).start()
        self._tasks.put((number, task))

    def free(self) -> None:
        """A task's outcome was taken: its thread takes the next."""
        self._free += 1

    def give_up(self, number: int) -> None:
        """A task takes too long: whatever comes of it, its thread ends with it and is counted no more."""
        self._given_up.add(number)

    def dismiss(self) -> None:
        """Ends every thread, each after what it is at."""
        for _ in range(self._started):
            self._tasks.put(None)

    def _work(self) -> None:
        while (begun := self._tasks.get()) is not None:
            number, task = begun
            self.done.put((number, _outcome(task)))
            if number in self._given_up:
                return


def _outcome(task: Callable[[], R]) -> R | ProviderFailure:
    try:
        return task()
    except ProviderFailure as failure:
        return failure
    except Exception as error:  # noqa: BLE001 - the edge: a bug of ours fails one row, loudly, and no other
        # The message may quote what it choked on, a key for one; the frames do not.
        log.error(
            "A reader failed with %s\n%s", type(error).__name__, "".join(traceback.format_tb(error.__traceback__))
        )
        return Unreadable(f"our reader failed on it ({type(error).__name__})")
