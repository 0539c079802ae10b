"""What a query holds: opaque cursors, which a client can only hand back, whole numbers and moments."""

import base64
import binascii
from datetime import datetime

from spend_pipeline.sandbox.vendor import Refusal
from spend_pipeline.sandbox.windows import parse_moment


def cursor_at(position: int, length: int) -> str | None:
    """The cursor of a position, or None when the list ends before it."""
    return base64.urlsafe_b64encode(f"from {position}".encode()).decode() if position < length else None


def position_of(cursor: str | None) -> int:
    """The position a cursor stands for, 0 without one; raises Refusal 400 for a cursor never handed out."""
    if cursor is None:
        return 0
    try:
        word, _, position = base64.urlsafe_b64decode(cursor).decode().partition(" ")
    except (binascii.Error, ValueError):
        raise Refusal(400, "Invalid cursor") from None
    return whole_number(position if word == "from" else "", 0, 1_000_000, Refusal(400, "Invalid cursor"))


def whole_number(text: str, low: int, high: int, otherwise: Refusal) -> int:
    """A query parameter as a number from low to high; raises `otherwise`."""
    if not text.isascii() or not text.isdigit() or not low <= int(text) <= high:
        raise otherwise
    return int(text)


def moment_of(text: str, otherwise: Refusal) -> datetime:
    """A query parameter as a moment, from ISO 8601; raises `otherwise`."""
    try:
        return parse_moment(text)
    except ValueError:
        raise otherwise from None
