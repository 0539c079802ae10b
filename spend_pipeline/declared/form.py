"""The form of a declaration: every key of the TOML file, what it may hold, and which belong together."""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from spend_pipeline.declared.words import (
    BaseUrl,
    Body,
    Currency,
    Filled,
    HeaderName,
    HeaderText,
    Name,
    Origin,
    Path,
    Place,
    Text,
    Unit,
)
from spend_pipeline.providers.declaration import PACE

PLACES = {"whole": 0, "cents": 2, "micros": 6, "nano": 9}


class Table(BaseModel):
    """A table of the file. Nothing is guessed: an unknown key, or a value of another type, is refused."""

    model_config = ConfigDict(
        extra="forbid", strict=True, frozen=True, hide_input_in_errors=True, arbitrary_types_allowed=True
    )


class Credential(Table):
    """A secret or a setting of each integration."""

    name: Name
    help: Text


class Auth(Table):
    """How the key travels."""

    type: Literal["bearer", "header"]
    credential: Name | None = None
    header: HeaderName | None = None
    prefix: HeaderText | None = None

    @field_validator("type", mode="before")
    @classmethod
    def _not_in_the_url(cls, word: object) -> object:
        if word == "query":
            raise ValueError("is 'query', which is refused: a key in a URL leaks into logs; use bearer or header")
        return word

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.type == "header" and self.header is None:
            raise ValueError("is of the type 'header' and does not name the `header`")
        if self.type == "bearer" and (self.header or self.prefix):
            raise ValueError("is of the type 'bearer', which takes no `header` and no `prefix`")
        return self


class Amount(Table):
    """How a number is money, or an amount of something else."""

    scale: Literal["whole", "cents", "micros", "nano"] = "whole"
    sign: Literal["positive", "negative", "either", "owed"] = "positive"
    currency: Currency | None = None
    currency_at: Place | None = None
    unit: Unit | None = None

    @model_validator(mode="after")
    def _in_one_unit(self) -> Self:
        if sum(each is not None for each in (self.currency, self.currency_at, self.unit)) != 1:
            raise ValueError("needs exactly one of `currency`, `currency_at` and `unit`")
        if self.unit is not None and self.scale != "whole":
            raise ValueError("has a `scale`, which only money has: a `unit` is counted whole")
        return self


class Figure(Amount):
    """A figure that stands in the answer by itself."""

    at: Place


class Days(Amount):
    """A list of days, whose costs are added up to today's and the month's."""

    at: Place
    date: Place
    date_as: Literal["date", "rfc3339", "unix"] = "date"
    lines: Place | None = None
    amount: Place
    sparse: bool = False


class Success(Table):
    """What an answer says of itself where a failure comes under HTTP 200 as well."""

    at: Place
    equals: bool | int | str
    means: dict[str, Annotated[int, Field(ge=400, le=599)]] = {}


class Pages(Table):
    """How the next page is asked for, and which page is the last."""

    type: Literal["cursor", "number", "offset"]
    param: Text
    cursor: Place | None = None
    more: Place | None = None
    first: Annotated[int, Field(ge=0)] | None = None
    last: Place | None = None

    @model_validator(mode="after")
    def _of_one_type(self) -> Self:
        if (self.type == "cursor") is (self.cursor is None):
            raise ValueError("needs `cursor` where its type is 'cursor', and only there")
        if self.more is not None and self.type != "cursor":
            raise ValueError("takes `more` only where its type is 'cursor'")
        if self.type != "number" and not (self.first is None and self.last is None):
            raise ValueError("takes `first` and `last` only where its type is 'number'")
        return self


class Call(Table):
    """One request, the pages that follow it, and the figures in its answer."""

    path: Path
    method: Literal["GET", "POST"] = "GET"
    host: Origin | None = None
    params: dict[Text, Filled] = {}
    headers: dict[HeaderName, HeaderText] = {}
    body: dict[str, Body] | None = None
    success: Success | None = None
    pages: Pages | None = None
    balance: Figure | None = None
    usage_today: Figure | None = None
    usage_month: Figure | None = None
    days: Days | None = None
    key: Text | None = None
    missing: Text | None = None
    documented: bool = True

    @property
    def gives(self) -> tuple[str, ...]:
        """The figures it gives, by their names."""
        usage = ("usage_today", "usage_month")
        single = [name for name in ("balance", *usage) if getattr(self, name) is not None]
        return (*single, *(usage if self.days else ()))

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if not self.gives:
            raise ValueError("gives no figure: it needs `balance`, `usage_today`, `usage_month` or `days`")
        if self.pages and (self.days is None or len(self.gives) > 2):
            raise ValueError("has `pages`, over which only `days` are added up: other figures need a call of their own")
        if self.body is not None and self.method != "POST":
            raise ValueError("has a `body`, which only the method POST has")
        if any(of and of.sign == "owed" for of in (self.usage_today, self.usage_month, self.days)):
            raise ValueError("has usage with the sign 'owed', which only a balance has")
        return self


class Rate(Table):
    """How often the provider may be asked, by all processes together."""

    a_minute: Annotated[int, Field(ge=6, le=1_000_000)] = PACE.a_minute
    at_once: Annotated[int, Field(ge=1, le=1000)] = PACE.at_once


class Form(Table):
    """A whole declaration."""

    name: Name
    label: Text
    base_url: BaseUrl
    source: Text
    permission: Text | None = None
    hosts: list[Origin] = []
    credentials: Annotated[list[Credential], Field(min_length=1)]
    auth: Auth
    pace: Rate = Rate()
    calls: Annotated[list[Call], Field(min_length=1)]

    @property
    def key(self) -> str:
        """The credential that is the key: the one `auth` names, else the first."""
        return self.auth.credential or self.credentials[0].name
