"""Places at providers: how many integrations of each may be read at the same time, by this run and by all of them."""

from collections.abc import Mapping
from typing import Protocol


class Places(Protocol):
    """Who is let in, by provider. Asked by one thread: the one that starts the readings."""

    def settle(self, waiting: Mapping[str, int]) -> None:
        """Fetches places for those that wait, and gives back what nobody waits for; cheap to call."""

    def free(self, name: str) -> int:
        """How many more may come in now."""

    def enter(self, name: str) -> None:
        """One comes in."""

    def leave(self, name: str) -> None:
        """One has left."""


class Anywhere(Places):
    """A place for everybody."""

    def settle(self, waiting: Mapping[str, int]) -> None:
        """Nothing has to be fetched."""

    def free(self, name: str) -> int:
        return 1_000_000

    def enter(self, name: str) -> None:
        """Nobody counts."""

    def leave(self, name: str) -> None:
        """Nobody counts."""
