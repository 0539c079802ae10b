"""A response's bytes as JSON, strictly: exact numbers, no duplicate fields, nothing that is not JSON."""

import json
from decimal import Decimal

from spend_pipeline.errors import Unreadable
from spend_pipeline.outbound.ask import Json


def parse(body: bytes) -> Json:
    """The JSON value, numbers as int or Decimal. Raises Unreadable; the message never quotes the body."""
    if not body.strip():
        raise Unreadable("the body is empty")
    try:
        return json.loads(
            body.decode("utf-8-sig"),
            parse_float=Decimal,
            parse_constant=_refuse_constant,
            object_pairs_hook=_refuse_duplicates,
        )
    except UnicodeDecodeError:
        raise Unreadable("the body is not UTF-8") from None
    except (ValueError, ArithmeticError):
        raise Unreadable("the body is not JSON") from None
    except RecursionError:
        raise Unreadable("the body is nested too deeply") from None


def array(value: Json) -> list[Json]:
    """The elements of a JSON array. Raises Unreadable for anything else: an object or text would loop as well."""
    if not isinstance(value, list):
        raise Unreadable("a field is not the list it is documented to be")
    return value


def text(value: Json) -> str:
    """Text that is not empty. Raises Unreadable for anything else, which would be sent or compared as well."""
    if not (isinstance(value, str) and value):
        raise Unreadable("a field is not the text it is documented to be")
    return value


def _refuse_constant(word: str) -> None:
    raise Unreadable(f"the body holds {word.lstrip('-')}, which is not a number")


def _refuse_duplicates(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise Unreadable("the body holds the same field twice")
    return fields
