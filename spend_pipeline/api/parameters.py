"""Parameters, taken strictly: each at most once, numbers in digits, yes and no as true and false."""

import re
from typing import Annotated, Any

from fastapi import Query, Request
from pydantic import BeforeValidator, WithJsonSchema
from starlette.convertors import Convertor, register_url_convertor

from spend_pipeline.api.errors import Problem

BEYOND = 2**63  # an id that no row has
NAME = re.compile(r"[a-z0-9_]{1,64}")


class IdConvertor(Convertor[int]):
    """A path's id: digits alone; one that PostgreSQL's bigint does not hold is an id that no row has."""

    regex = "[0-9]+"

    def convert(self, value: str) -> int:
        digits = value.lstrip("0") or "0"
        return min(int(digits), BEYOND) if len(digits) < 20 else BEYOND

    def to_string(self, value: int) -> str:
        return str(value)


register_url_convertor("id", IdConvertor())


def _within(low: int, high: int) -> BeforeValidator:
    """Takes a whole number between these two, in digits alone."""

    def digits(value: Any) -> Any:
        if not re.fullmatch(r"[0-9]{1,18}", str(value)) or not low <= int(value) <= high:
            raise ValueError(f"it must be a whole number from {low} to {high}")
        return value

    return BeforeValidator(digits)


def _truth(value: Any) -> Any:
    if isinstance(value, str) and value not in ("true", "false"):
        raise ValueError("it must be true or false")
    return value


PageLimit = Annotated[
    int,
    _within(1, 100),
    WithJsonSchema({"type": "integer", "minimum": 1, "maximum": 100}),
    Query(description="How many at most."),
]
Offset = Annotated[
    int,
    _within(0, 2**31 - 1),
    WithJsonSchema({"type": "integer", "minimum": 0, "maximum": 2**31 - 1}),
    Query(description="How many to skip."),
]
Truth = Annotated[bool, BeforeValidator(_truth)]
ProviderName = Annotated[
    str | None, Query(min_length=1, max_length=64, description="Of this provider only.", examples=["openrouter"])
]


def each_once(request: Request) -> None:
    """Refuses a parameter that is given more than once: nobody could tell which was meant."""
    names = [name for name, _ in request.query_params.multi_items()]
    for name in names:
        if names.count(name) > 1:
            known = name if re.fullmatch(r"[a-z_]{1,40}", name) else "of the query"
            raise Problem(422, f"The parameter '{known}' is malformed: it was given more than once")
