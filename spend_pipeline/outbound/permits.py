"""Permits to ask providers: taken in batches from what all processes share, each used for one request."""

import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from spend_pipeline.errors import Busy
from spend_pipeline.outbound.deadline import Deadline
from spend_pipeline.outbound.pace import VALID_SECONDS, Pace

LOOK_SECONDS = 0.5  # between two looks into an empty bucket
PATIENCE_SECONDS = 300.0


@dataclass(frozen=True)
class Wanted:
    """How many permits to take at a provider, and how many to leave in its bucket."""

    provider_name: str
    permits: int
    pace: Pace
    kept: int


@dataclass(frozen=True)
class Taken:
    """How many permits there were; where none, in how many seconds there is one."""

    permits: int
    wait: float


class Bucket(Protocol):
    """What all processes share: a bucket of permits a provider."""

    def __call__(self, wanted: Iterable[Wanted]) -> Mapping[str, Taken]: ...


@dataclass
class _Held:
    """What this process has for one provider, and when it may look for more."""

    permits: int = 0
    void_at: float = 0.0
    look_at: float = 0.0
    waiting: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)


class Permits:
    """What this process holds of the permits. Without a bucket, everything is permitted."""

    def __init__(self, bucket: Bucket | None = None) -> None:
        self._bucket = bucket
        self._held: dict[str, _Held] = {}
        self._lock = threading.Lock()

    def take_ahead(self, wanted: Mapping[str, tuple[int, Pace]], *, automatic: bool) -> None:
        """Takes what is likely to be needed at these providers in one go, a batch of each at most."""
        if self._bucket is None or not wanted:
            return
        now = time.monotonic()
        ahead = [
            Wanted(name, min(count, pace.batch), pace, pace.kept if automatic else 0)
            for name, (count, pace) in wanted.items()
        ]
        for name, taken in self._bucket(ahead).items():
            held = self._of(name)
            with held.lock:
                held.permits, held.void_at = taken.permits, now + VALID_SECONDS

    def wait_for_one(self, name: str, pace: Pace, deadline: Deadline, *, automatic: bool) -> None:
        """Uses a permit, as soon as there is one: the deadline moves on by what is waited.

        Raises Busy after five minutes.
        """
        if self._bucket is None:
            return
        held, waited = self._of(name), 0.0
        with held.lock:
            held.waiting += 1
        try:
            while (pause := self._pause(self._bucket, held, name, pace, automatic)) > 0:
                if waited + pause > PATIENCE_SECONDS:
                    raise Busy(f"Not asked: more than {pace.a_minute} requests a minute were waiting for this provider")
                deadline.extend(pause)
                time.sleep(pause)
                waited += pause
        finally:
            with held.lock:
                held.waiting -= 1

    def _pause(self, bucket: Bucket, held: _Held, name: str, pace: Pace, automatic: bool) -> float:
        """0 where a permit was used, else the seconds until another look is worth it."""
        with held.lock:
            now = time.monotonic()
            if now >= held.void_at:
                held.permits = 0
            if not held.permits:
                if now < held.look_at:
                    return held.look_at - now
                wanted = Wanted(name, max(pace.batch, held.waiting), pace, pace.kept if automatic else 0)
                taken = bucket([wanted])[name]
                held.permits, held.void_at = taken.permits, now + VALID_SECONDS
            if not held.permits:
                until_all = min(LOOK_SECONDS, held.waiting / pace.a_second)
                held.look_at = time.monotonic() + max(taken.wait, until_all)
                return held.look_at - time.monotonic()
            held.permits -= 1
            return 0.0

    def _of(self, name: str) -> _Held:
        with self._lock:
            return self._held.setdefault(name, _Held())
