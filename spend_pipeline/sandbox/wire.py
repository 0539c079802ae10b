"""JSON as vendors send it: amounts written digit by digit, as numbers or as strings, never through a float."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeAlias

# Any: a tree of dicts, lists and leaves whose shape is each vendor's own business.
Json: TypeAlias = Any


@dataclass(frozen=True)
class Figure:
    """An amount of money that a reader is meant to read, as opposed to any other number; text is sent as it stands."""

    amount: Decimal | str
    quoted: bool = False


def encode(value: Json, write: Callable[[Decimal | str], str] = str) -> str:
    """A tree as JSON text; `write` spells each money figure, which lets a fault misspell one."""
    if isinstance(value, Figure):
        return f'"{write(value.amount)}"' if value.quoted else write(value.amount)
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(name)}: {encode(item, write)}" for name, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(encode(item, write) for item in value) + "]"
    return json.dumps(value)
