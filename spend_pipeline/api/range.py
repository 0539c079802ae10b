"""The range of a question about history: from when, to when, in UTC, of a length that makes sense."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import Query
from pydantic import WithJsonSchema

from spend_pipeline.api.cursor import Cursor
from spend_pipeline.api.errors import Problem
from spend_pipeline.period import Period, midnight, months_before, parse_moment
from spend_pipeline.store.history import Window

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
LONGEST = timedelta(days=3660)
DAYS = 30
MONTHS = 12
DAY_OR_MOMENT = WithJsonSchema(
    {"anyOf": [{"type": "string", "format": "date"}, {"type": "string", "format": "date-time"}]}
)

From = Annotated[
    str | None,
    DAY_OR_MOMENT,
    Query(
        alias="from",
        max_length=40,
        description="The first day or moment, in UTC. 30 days before `to` if not given, for months 12 months.",
        examples=["2026-02-01"],
    ),
]
To = Annotated[
    str | None,
    DAY_OR_MOMENT,
    Query(max_length=40, description="The day or moment to stop before. Now if not given.", examples=["2026-03-01"]),
]


@dataclass(frozen=True)
class Range:
    """From a moment to before another; nothing is asked about what has not begun yet."""

    start: datetime
    end: datetime

    def window(self, cursor: Cursor | None, limit: int, *, monthly: bool) -> tuple[Window, Cursor | None]:
        """The whole periods of a page, and where the next page starts, if there is one. Raises Problem."""
        first = _period_start(self.start, monthly=monthly)
        start = first if cursor is None else cursor.at
        if not first <= start <= self.end or start != _period_start(start, monthly=monthly):
            raise Problem(422, "The parameter 'cursor' is malformed: it belongs to another question")
        end, periods = start, 0
        while end < self.end and periods < limit:
            end, periods = _next(end, monthly=monthly), periods + 1
        return Window(start, periods, monthly), Cursor(end) if end < self.end else None


def asked(given_from: str | None, given_to: str | None, now: datetime, *, monthly: bool) -> Range:
    """The range. Raises Problem with a sentence that names the parameter."""
    end = min(_moment("to", given_to), now) if given_to is not None else now
    start = _moment("from", given_from) if given_from is not None else _default(end, monthly=monthly)
    if given_to is not None and given_from is not None and start >= _moment("to", given_to):
        raise Problem(422, "The parameter 'from' is malformed: it must be earlier than 'to'")
    if end - start > LONGEST:
        raise Problem(422, "The parameter 'from' is malformed: it may be ten years before 'to' at most")
    return Range(start, max(start, end))


def _moment(name: str, text: str) -> datetime:
    try:
        moment = parse_moment(text)
    except (ValueError, OverflowError):
        moment = None
    if moment is None:
        raise Problem(422, f"The parameter '{name}' is malformed: write it like 2026-02-01 or 2026-02-01T09:30:00Z")
    if moment < EARLIEST:
        raise Problem(422, f"The parameter '{name}' is malformed: it is before the year 2000")
    return moment


def _default(end: datetime, *, monthly: bool) -> datetime:
    return months_before(end.date().replace(day=1), MONTHS - 1) if monthly else end - timedelta(days=DAYS)


def _period_start(moment: datetime, *, monthly: bool) -> datetime:
    period = Period(moment)
    return midnight(period.month_start if monthly else period.today)


def _next(start: datetime, *, monthly: bool) -> datetime:
    return months_before(start.date(), -1) if monthly else start + timedelta(days=1)
