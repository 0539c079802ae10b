"""On which line of a TOML file something stands: the parser that reads the file is asked, since it tells nobody."""

import tomllib
from bisect import bisect_left
from collections.abc import Sequence
from typing import Any

Place = Sequence[str | int]


class Lines:
    """The lines of a TOML text that the parser takes."""

    def __init__(self, text: str) -> None:
        self._lines = text.split("\n")
        self._ends = _statement_ends(self._lines)

    def of(self, place: Place) -> int:
        """The line where a place, or what is nearest above it, first is there: the first statement that brings it."""
        present = list(place)
        whole = self._before(len(self._lines))
        while present and not _holds(whole, present):
            present.pop()
        if not present:
            return 1
        found = bisect_left(self._ends, True, key=lambda end: _holds(self._before(end), present))
        return self._ends[found - 1] + 1 if found else 1

    def _before(self, end: int) -> dict[str, Any]:
        return tomllib.loads("\n".join(self._lines[:end]))


def _statement_ends(lines: list[str]) -> list[int]:
    """The numbers of lines up to the end of each statement, a blank line counting as one: a TOML file may end there."""
    ends, start = [], 0
    for number in range(1, len(lines) + 1):
        try:
            tomllib.loads("\n".join(lines[start:number]))
        except tomllib.TOMLDecodeError:
            continue
        ends.append(number)
        start = number
    return ends


def _holds(value: Any, place: Place) -> bool:
    for step in place:
        there = step in value if isinstance(value, dict) else isinstance(value, list) and int(step) < len(value)
        if not there:
            return False
        value = value[step]
    return True
