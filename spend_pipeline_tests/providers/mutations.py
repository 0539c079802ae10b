"""What can go wrong with one field of a JSON body: each mutation of each field, as text, numbers digit for digit."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Path = tuple[str | int, ...]


class Raw(str):
    """A number as it stands in the text, or whatever shall stand in its place."""

    __slots__ = ()


@dataclass(frozen=True)
class Mutation:
    """One thing changed in a JSON value: another value or name for the field at the path, or neither, which leaves
    the field out.
    """

    whole: Any
    path: Path
    what: str
    field: Mapping[str, Any]

    def __str__(self) -> str:
        return f"{'.'.join(map(str, self.path))} {self.what}"

    @property
    def kind(self) -> str:
        """The same for every element of a list."""
        return f"{'.'.join('*' if isinstance(part, int) else part for part in self.path)} {self.what}"

    @property
    def body(self) -> str:
        return written(_with(self.whole, self.path, **self.field))


def parsed(body: str) -> Any:
    """The JSON with every number kept as its text."""
    return json.loads(body, parse_int=Raw, parse_float=Raw)


def mutations(body: str) -> Iterator[Mutation]:
    """Every mutation of every field and list element, and of the body as a whole; nothing that leaves it as it was."""
    whole = parsed(body)
    for path, value in _places(whole):
        for what, other in _others(value):
            yield Mutation(whole, path, what, {"value": other})
        if path and isinstance(path[-1], str):
            yield Mutation(whole, path, "removed", {})
            yield Mutation(whole, path, "renamed", {"value": value, "name": f"{path[-1]}_v2"})


def written(value: Any) -> str:
    """The JSON text of a value, raw parts as they are."""
    match value:
        case Raw():
            return str(value)
        case dict():
            return "{" + ", ".join(f"{json.dumps(name)}: {written(part)}" for name, part in value.items()) + "}"
        case list():
            return "[" + ", ".join(map(written, value)) + "]"
        case _:
            return json.dumps(value)


def _others(value: Any) -> Iterator[tuple[str, Any]]:
    """What might stand in a value's place."""
    strangers: dict[str, Any] = {
        "nulled": None,
        "true": True,
        "false": False,
        "blank": "",
        "an object": {},
        "a list": [],
    }
    yield from ((what, other) for what, other in strangers.items() if type(other) is not type(value) or what == "blank")
    yield "wrapped", [value]
    if isinstance(value, Raw):
        yield "turned into text", str(value)
        yield "negated", Raw(f"-{value}")
        yield from ((word, Raw(word)) for word in ("NaN", "-Infinity", "1e400", "1e-400"))
    elif isinstance(value, str) and re.fullmatch(r"\d+(\.\d+)?([Ee]-?\d+)?", value):
        yield "turned into a number", Raw(value)
        for word in (f"-{value}", "NaN", "1e400", f" {value}"):
            yield f"the text {word}", word
    elif isinstance(value, str):
        yield "a number", Raw("7")


def _places(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    yield path, value
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, part in parts:
        yield from _places(part, (*path, name))


def _with(whole: Any, path: Path, **field: Any) -> Any:
    """A copy with the field at the path given another value or name, or left out where neither is given."""
    if not path:
        return field["value"]
    if len(path) > 1:
        part = _with(whole[path[0]], path[1:], **field)
        return _put(whole, path[0], {path[0]: part})
    return _put(whole, path[0], {field.get("name", path[0]): field["value"]} if field else {})


def _put(whole: Any, at: str | int, parts: dict[str | int, Any]) -> Any:
    """A copy of an object or a list in which the named place holds these parts instead."""
    if isinstance(whole, list):
        return [*whole[: int(at)], *parts.values(), *whole[int(at) + 1 :]]
    fields = (parts if name == at else {name: value} for name, value in whole.items())
    return {name: value for field in fields for name, value in field.items()}
