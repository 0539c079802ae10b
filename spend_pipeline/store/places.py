"""Places at providers that all runs share: each a lock of one connection, so that those of a dead process are free."""

import json
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from sqlalchemy import Connection

from spend_pipeline.outbound.pace import Pace
from spend_pipeline.outbound.places import Anywhere, Places
from spend_pipeline.store.database import GONE, Database, rows

LOOK_SECONDS = 0.25  # between two looks for places that others give back


class SharedPlaces(Places):
    """What one run holds of them."""

    def __init__(self, connection: Connection, pace_of: Callable[[str], Pace]) -> None:
        self._connection = connection
        self._pace_of = pace_of
        self._held: dict[str, set[int]] = {}
        self._inside: Counter[str] = Counter()
        self._look_at = 0.0
        self._otherwise: Places | None = None

    def settle(self, waiting: Mapping[str, int]) -> None:
        """One statement for all providers that lack places and one for all that have too many, where there are any."""
        if self._otherwise or time.monotonic() < self._look_at:
            return
        missing = {
            name: self._needed(name, waiting) - len(self._held.get(name, ())) for name in {*waiting, *self._held}
        }
        try:
            self._give_back({name: -count for name, count in missing.items() if count < 0})
            self._take({name: count for name, count in missing.items() if count > 0})
        except GONE:
            # The locks went with the connection. Politeness never fails a sync: the rest of it goes without.
            self._otherwise = Anywhere()

    def free(self, name: str) -> int:
        if self._otherwise:
            return self._otherwise.free(name)
        return len(self._held.get(name, ())) - self._inside[name]

    def enter(self, name: str) -> None:
        self._inside[name] += 1

    def leave(self, name: str) -> None:
        self._inside[name] -= 1

    def _needed(self, name: str, waiting: Mapping[str, int]) -> int:
        return min(self._inside[name] + waiting.get(name, 0), self._pace_of(name).share)

    def _take(self, wanted: Mapping[str, int]) -> None:
        if not wanted:
            return
        asked = [
            {
                "provider_name": name,
                "places": count,
                "at_once": self._pace_of(name).at_once,
                "held": sorted(self._held.get(name, ())),
            }
            for name, count in wanted.items()
        ]
        for found in rows(self._connection, "take_places", {"wanted": json.dumps(asked)}):
            self._held.setdefault(found["provider_name"], set()).add(found["number"])
        self._look_at = time.monotonic() + LOOK_SECONDS

    def _give_back(self, spare: Mapping[str, int]) -> None:
        if not spare:
            return
        given = [
            {"provider_name": name, "number": self._held[name].pop()}
            for name, count in spare.items()
            for _ in range(count)
        ]
        rows(self._connection, "give_back_places", {"places": json.dumps(given)})
        self._look_at = time.monotonic() + LOOK_SECONDS


@contextmanager
def shared_places(database: Database, pace_of: Callable[[str], Pace]) -> Iterator[Places]:
    """Places for one run, all given back at the end of the block. Raises Unavailable when there is no database."""
    with database.session() as connection:
        yield SharedPlaces(connection, pace_of)
