"""Text of a request with placeholders: an integration's settings and moments of the period."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from string import Formatter
from urllib.parse import quote

from spend_pipeline.errors import NotConfigured
from spend_pipeline.outbound.ask import Credentials, Json
from spend_pipeline.period import Period, midnight, stamp

MOMENTS = ("month_start", "today", "tomorrow", "now")
FORMATS = ("date", "rfc3339", "unix")


@dataclass(frozen=True)
class Placeholder:
    """A credential's name, or a moment and how it is written."""

    name: str
    format: str = ""


@dataclass(frozen=True)
class Template:
    """Text and placeholders in turn, as they were written."""

    parts: tuple[str | Placeholder, ...]

    @classmethod
    def parsed(cls, text: str) -> "Template":
        """From text such as `/accounts/{account_id}`. Raises ValueError for a placeholder that is none."""
        return cls(tuple(_parts(text)))

    @property
    def credentials(self) -> set[str]:
        """The names of the credentials it wants."""
        return {part.name for part in self.parts if isinstance(part, Placeholder) and not part.format}

    def filled(self, credentials: Credentials, period: Period) -> str:
        return "".join(_value(part, credentials, period) for part in self.parts)

    def filled_path(self, credentials: Credentials, period: Period) -> str:
        """The same for a path, in which a value stays within its segment. Raises NotConfigured where it cannot."""
        values = [part if isinstance(part, str) else _segment(part, credentials, period) for part in self.parts]
        return "".join(values)

    def filled_json(self, credentials: Credentials, period: Period) -> str | int:
        """The same for a JSON body, in which a Unix time that stands alone is a number."""
        text = self.filled(credentials, period)
        formats = [part.format if isinstance(part, Placeholder) else "" for part in self.parts]
        return int(text) if formats == ["unix"] else text


def filled_body(value: Json, credentials: Credentials, period: Period) -> Json:
    """A JSON value with every template in it filled."""
    match value:
        case Template():
            return value.filled_json(credentials, period)
        case dict():
            return {name: filled_body(part, credentials, period) for name, part in value.items()}
        case list():
            return [filled_body(part, credentials, period) for part in value]
        case _:
            return value


def templates_in(value: Json) -> Iterator[Template]:
    """Every template of a JSON value."""
    if isinstance(value, Template):
        yield value
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for part in parts:
        yield from templates_in(part)


def _parts(text: str) -> Iterator[str | Placeholder]:
    try:
        pieces = list(Formatter().parse(text))
    except ValueError:
        raise ValueError("holds a brace that belongs to no placeholder: write {{ and }} for braces") from None
    for literal, name, form, conversion in pieces:
        if literal:
            yield literal
        if name is not None:
            yield _placeholder(name, form or "", conversion)


def _placeholder(name: str, form: str, conversion: str | None) -> Placeholder:
    if conversion or not name.isidentifier():
        raise ValueError("holds a placeholder that is none: write {account_id}, or {today:date}")
    if name not in MOMENTS and form:
        raise ValueError(f"writes '{name}' in a format, which only {', '.join(MOMENTS)} have")
    if name in MOMENTS and (form or "date") not in FORMATS:
        raise ValueError(f"writes '{name}' as '{form}': there are {', '.join(FORMATS)}")
    return Placeholder(name, (form or "date") if name in MOMENTS else "")


def _value(part: str | Placeholder, credentials: Credentials, period: Period) -> str:
    if isinstance(part, str):
        return part
    if not part.format:
        return credentials[part.name]
    moment: datetime = period.now if part.name == "now" else midnight(getattr(period, part.name))
    match part.format:
        case "unix":
            return str(int(moment.timestamp()))
        case "rfc3339":
            return stamp(moment)
        case _:
            return moment.date().isoformat()


def _segment(part: Placeholder, credentials: Credentials, period: Period) -> str:
    value = _value(part, credentials, period)
    if value in (".", ".."):
        raise NotConfigured(f"The credential '{part.name}' names a folder, which no account is")
    return quote(value, safe="")
