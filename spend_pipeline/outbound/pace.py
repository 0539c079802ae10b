"""A pace: how often, and how often at once, a provider may be asked by all processes together."""

from dataclasses import dataclass

VALID_SECONDS = 5  # a permit that was taken and not used by then is void


@dataclass(frozen=True)
class Pace:
    """At most `a_minute` requests begin in any minute, and at most `at_once` integrations are read at the same time.

    Permits to ask come from a bucket. What is taken from it in a minute, and in the seconds before that it may still be
    used, is never more than `a_minute`.
    """

    a_minute: int = 12_000
    at_once: int = 32

    def __post_init__(self) -> None:
        if self.a_minute < 6 or self.at_once < 1:
            raise ValueError("a provider is asked at least six times a minute, one at once")

    @property
    def size(self) -> int:
        """Permits in a full bucket, all of which may be used at once."""
        return max(2, self.a_minute // 4)

    @property
    def a_second(self) -> float:
        """Permits that come back a second."""
        return (self.a_minute - self.size) / (60 + VALID_SECONDS)

    @property
    def kept(self) -> int:
        """What an automatic sync leaves in the bucket: whoever asks by hand need not wait behind it."""
        return self.size // 2

    @property
    def batch(self) -> int:
        """How many to take at a time, where there are enough."""
        return max(1, self.size // 10)

    @property
    def share(self) -> int:
        """How many places one run may hold: it never keeps another one out."""
        return (self.at_once + 1) // 2
