"""UTC minutes, hours, days, weeks and months: where one begins, and which of them a span of time holds."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta

LENGTHS = {
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(days=7),
}
TIMEFRAMES = (*LENGTHS, "month")


def start_of(timeframe: str, moment: datetime) -> datetime:
    """The start of the timeframe that a moment lies in; weeks start on Monday."""
    midnight = datetime.combine(moment.date(), time(), tzinfo=UTC)
    if timeframe == "month":
        return midnight.replace(day=1)
    if timeframe == "week":
        return midnight - timedelta(days=midnight.weekday())
    return moment - (moment - midnight) % LENGTHS[timeframe]


def start_after(timeframe: str, start: datetime) -> datetime:
    """The start of the timeframe behind the one that begins at `start`."""
    if timeframe == "month":
        return (start + timedelta(days=32)).replace(day=1)
    return start + LENGTHS[timeframe]


def split(timeframe: str, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The span from start to end, cut where timeframes begin; the first and last piece may be short."""
    while start < end:
        edge = min(start_after(timeframe, start_of(timeframe, start)), end)
        yield start, edge
        start = edge


def parse_moment(text: str) -> datetime:
    """An ISO 8601 date or date-time as UTC; raises ValueError for anything else."""
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def zulu(moment: datetime) -> str:
    """A moment the way most vendors write it: whole seconds and a Z."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
