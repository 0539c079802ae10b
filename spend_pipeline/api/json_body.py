"""A body of JSON, read strictly: of that type, its numbers exact, and checked field by field. `limits` bounds it."""

import json
import re
from decimal import Decimal
from typing import Any, Never, TypeVar

from fastapi import Request
from pydantic import BaseModel, ValidationError

from spend_pipeline.api.errors import Problem

MALFORMED = "The body is malformed: it must be one JSON object"

Fields = TypeVar("Fields", bound=BaseModel)


async def read_json(request: Request) -> dict[str, Any]:
    """The object a request bears, numbers with a fraction as Decimal. Raises Problem: 415 or 422."""
    kind, _, more = request.headers.get("content-type", "").partition(";")
    if kind.strip().lower() != "application/json" or _foreign(more):
        raise Problem(415, "The body must be JSON in UTF-8, announced as 'Content-Type: application/json'")
    body = await request.body()
    try:
        value = json.loads(
            body.decode("utf-8"), parse_float=Decimal, parse_constant=_no_number, object_pairs_hook=_unique
        )
    except (ValueError, RecursionError, ArithmeticError):
        raise Problem(422, MALFORMED) from None
    if not isinstance(value, dict):
        raise Problem(422, MALFORMED)
    return value


def checked(model: type[Fields], given: dict[str, Any]) -> Fields:
    """The fields as the model wants them. Raises Problem with a sentence that names the first wrong one, no value."""
    try:
        return model.model_validate(given, strict=True)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        raise Problem(422, _sentence(model, str(first["loc"][0]), first["type"], first["msg"])) from None


def _sentence(model: type[BaseModel], name: str, kind: str, message: str) -> str:
    if kind == "extra_forbidden":
        known = f" '{name}'" if re.fullmatch(r"[a-z_]{1,40}", name) else ""
        return f"The body has a field{known} that this route does not take: it takes {', '.join(model.model_fields)}"
    if kind == "missing":
        return f"The field '{name}' is missing"
    return f"The field '{name}' is malformed: {message.removeprefix('Value error, ').lower()}"


def _foreign(parameters: str) -> bool:
    """Whether a content type names another character set than JSON's own."""
    charset = re.search(r"charset\s*=\s*\"?([^\s\";]*)", parameters, re.IGNORECASE)
    return charset is not None and charset[1].lower() not in ("utf-8", "utf8")


def _no_number(_: str) -> Never:
    raise ValueError("NaN and Infinity are not JSON")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name is given twice")
    return found
