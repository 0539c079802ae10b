"""When the client asks again within one reading: what is worth it, and after how long."""

import random
from datetime import datetime

from spend_pipeline.outbound import http_date

RETRIES = 2
AGAIN = frozenset({429, 500, 502, 503, 504})


def pause_before(attempt: int, told: float | None) -> float:
    """Seconds to wait before the given retry (1, 2).

    What the provider's `Retry-After` told, else our own backoff.
    """
    if told is not None:
        return told
    return 0.25 * (1 << attempt) * random.uniform(0.75, 1.25)  # noqa: S311 - jitter, not a secret


def told(text: str | None, now: datetime) -> float | None:
    """The seconds that a `Retry-After` names, in either form; None where there is none, or it is neither."""
    if text is None:
        return None
    if text.strip().isdecimal() and text.isascii():
        return float(text)
    moment = http_date.moment(text)
    return max(0.0, (moment - now).total_seconds()) if moment else None
