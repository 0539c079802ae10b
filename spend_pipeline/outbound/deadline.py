"""The time one integration may take, from its first byte out: connection, redirects, body and retries together."""

import time
from dataclasses import dataclass

from spend_pipeline.errors import Busy


@dataclass(slots=True)
class Deadline:
    """A moment of the monotonic clock, and the seconds it was set to, for the message."""

    at: float
    seconds: float

    @classmethod
    def after(cls, seconds: float) -> "Deadline":
        return cls(time.monotonic() + seconds, seconds)

    def extend(self, seconds: float) -> None:
        """Moves on by what is waited for our own sake: only the provider's time counts."""
        self.at += seconds

    def left(self) -> float:
        """Seconds left. Raises Busy when there are none."""
        seconds = self.at - time.monotonic()
        if seconds <= 0:
            raise self.missed()
        return seconds

    def fits(self, seconds: float) -> bool:
        return time.monotonic() + seconds < self.at

    def missed(self) -> Busy:
        return Busy.timeout(self.seconds)
