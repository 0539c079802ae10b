"""A declaration's file: read to a provider, or refused by line and field, all its problems at once."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from spend_pipeline.declared.form import Form
from spend_pipeline.declared.lines import Lines, Place
from spend_pipeline.declared.provider import provider
from spend_pipeline.declared.whole import disagreements
from spend_pipeline.errors import UserError
from spend_pipeline.providers.declaration import Provider

LARGEST = 64 * 1024
SENTENCES = {
    "string_type": "is not text",
    "bool_type": "is neither true nor false",
    "int_type": "is not a whole number",
    "list_type": "is not a list: write [[...]], or [...]",
    "dict_type": "is not a table",
    "model_type": "is not a table",
    "too_short": "is empty",
}


@dataclass(frozen=True)
class Declared:
    """A provider, and the file that declares it."""

    provider: Provider
    path: Path


class BrokenFile(UserError):
    """A file that declares no provider: `problems` are all there are, a sentence each; the message is the first."""

    def __init__(self, problems: list[str]) -> None:
        more = len(problems) - 1
        rest = f" (and {more} more: `spend providers check` lists all)" if more else ""
        super().__init__(problems[0] + rest)
        self.problems = problems


def read(path: Path) -> Declared:
    """The provider that a file declares. Raises BrokenFile."""
    text = _text(path)
    try:
        written = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BrokenFile([f"{path}, {_syntax(str(error))}"]) from None
    try:
        form = Form.model_validate(written)
    except ValidationError as error:
        found = [_problem(each, written) for each in error.errors(include_url=False, include_input=False)]
    else:
        found = list(disagreements(form))
    if found:
        raise BrokenFile(list(_told(path, Lines(text), found)))
    return Declared(provider(form), path)


def _told(path: Path, lines: Lines, found: list[tuple[Place, str]]) -> Iterator[str]:
    """The problems in the order of the lines they are on."""
    for line, place, what in sorted((lines.of(place), _field(place), what) for place, what in found):
        yield f"{path}, line {line}: {place or 'the declaration'} {what}"


def _text(path: Path) -> str:
    try:
        size = path.stat().st_size
        if size > LARGEST:
            raise BrokenFile([f"{path} is {size} bytes long, which no declaration is"])
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise BrokenFile([f"{path} is not a text file in UTF-8"]) from None
    except OSError as error:
        raise BrokenFile([f"{path} cannot be read ({error.strerror})"]) from None


def _syntax(told: str) -> str:
    """The parser's own sentence, its line first: it may end with "(at line 3, column 7)" or "(at end of document)"."""
    what, _, where = told.rstrip(")").rpartition(" (at ")
    line = re.match(r"line (\d+)", where)
    return f"{f'line {line[1]}' if line else 'at its end'}: not TOML: {what[:1].lower()}{what[1:]}"


def _field(place: Place) -> str:
    """A place as people write it; the line tells which of several tables it is in."""
    return ".".join(str(step) for step in place if not isinstance(step, int))


def _problem(error: ErrorDetails, written: Any) -> tuple[Place, str]:
    place = _known(error["loc"], written)
    match error["type"]:
        case "extra_forbidden":
            return place, f"is no key of a declaration{_suggestion(place)}"
        case "missing":
            return place, "is missing"
        case "literal_error":
            return place, f"is none of {error['ctx']['expected'].replace(' or ', ', ')}"
        case "value_error":
            return place, str(error["ctx"]["error"])
        case kind:
            return place, SENTENCES.get(kind, f"is not right: {error['msg'].lower()}")


def _known(place: Place, written: Any) -> Place:
    """A place without the words that the checker adds for the kinds of value it tried."""
    for at, step in enumerate(place):
        if isinstance(written, dict):
            written = written.get(step)
        elif isinstance(written, list) and isinstance(step, int):
            written = written[step]
        else:
            return place[:at]
    return place


def _suggestion(place: Place) -> str:
    """The key that was meant, where one is near."""
    near = get_close_matches(str(place[-1]), _keys(place[:-1]), n=1)
    return f": did you mean '{near[0]}'?" if near else ""


def _keys(place: Place) -> list[str]:
    """The keys that the table at a place may have."""
    table: type[BaseModel] = Form
    for step in place:
        if isinstance(step, str):
            table = _table_in(table.model_fields[step].annotation)
    return list(table.model_fields)


def _table_in(annotation: Any) -> type[BaseModel]:
    """The table that a field holds, alone, in a list, or where it may be left out."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next(table for part in get_args(annotation) if (table := _table_in(part)))
