"""Cursors: where a page of history ended, as opaque text. It opens nothing: every query is the calling client's own."""

import base64
import binascii
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from spend_pipeline.api.errors import Problem

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True)
class Cursor:
    """The moment from which to go on, and, among readings, the sync whose reading was the last one shown."""

    at: datetime
    shown: UUID | None = None

    def __str__(self) -> str:
        plain = f"{(self.at - EPOCH) // MICROSECOND}{f'.{self.shown}' if self.shown else ''}"
        return base64.urlsafe_b64encode(plain.encode()).decode().rstrip("=")


def parse(text: str, *, of_readings: bool) -> Cursor:
    """The cursor. Raises Problem for text that no answer of this kind ever held."""
    try:
        plain = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode("ascii")
        micros, _, shown = plain.partition(".")
        cursor = Cursor(EPOCH + int(micros) * MICROSECOND, UUID(shown) if shown else None)
    except (ValueError, OverflowError, binascii.Error):
        raise _malformed() from None
    if str(cursor) != text or (cursor.shown is not None) != of_readings:
        raise _malformed()
    return cursor


def _malformed() -> Problem:
    return Problem(422, "The parameter 'cursor' is malformed: it must be the next_cursor of the page before this one")
