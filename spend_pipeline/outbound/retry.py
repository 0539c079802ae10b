"""When the client asks again within one reading: what is worth it, and after how long."""

import random
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

RETRIES = 2
AGAIN = frozenset({429, 500, 502, 503, 504})


def pause_before(attempt: int, retry_after: str | None, now: datetime) -> float:
    """Seconds to wait before the given retry (1, 2).

    The provider's `Retry-After` in either form, else our own backoff.
    """
    told = _told(retry_after, now) if retry_after else None
    if told is not None:
        return told
    return 0.25 * (1 << attempt) * random.uniform(0.75, 1.25)  # noqa: S311 - jitter, not a secret


def _told(text: str, now: datetime) -> float | None:
    if text.strip().isdecimal() and text.isascii():
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):  # the second for a year or an offset of twenty digits
        return None
    aware = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
    return max(0.0, (aware - now).total_seconds())
