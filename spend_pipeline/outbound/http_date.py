"""A moment as HTTP headers tell it: `Retry-After` and `Date`."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


def moment(text: str) -> datetime | None:
    """The moment, in any of HTTP's three spellings; None for what is no date."""
    try:
        told = parsedate_to_datetime(text)
    except (ValueError, OverflowError):  # the second for a year or an offset of twenty digits
        return None
    return told.replace(tzinfo=UTC) if told.tzinfo is None else told


def seconds_ahead(date: str | None, now: datetime) -> float:
    """How far the clock that wrote a `Date` is ahead of ours; 0 where it tells no time."""
    told = moment(date) if date else None
    return (told - now).total_seconds() if told else 0.0
