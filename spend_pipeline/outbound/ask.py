"""What a provider declaration asks, and what comes back: data only, no HTTP."""

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from spend_pipeline.errors import ProviderFailure
from spend_pipeline.money import Money

Json = Any  # parsed by outbound.body: numbers are int or Decimal, never float
Pages = list[Json]
Credentials = Mapping[str, str]


@dataclass(frozen=True)
class Ask:
    """One request, and the pages that follow it.

    `path` is appended to the provider's base URL; `url` names another host of the same provider instead. `meaning`
    gives a status its failure where this route's differs from what it means everywhere. `wait` is how long to pause
    first, in seconds, for an answer that is still being prepared.
    """

    path: str = ""
    params: Mapping[str, str] = field(default_factory=dict, repr=False)  # some providers want the key in one
    method: str = "GET"
    json: Mapping[str, Json] | None = field(default=None, repr=False)
    form: Mapping[str, str] | None = field(default=None, repr=False)
    data: bytes | None = field(default=None, repr=False)  # a body that was signed as it is
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    url: str = ""
    wait: float = 0
    meaning: Mapping[int, ProviderFailure] = field(default_factory=dict)
    next_page: "NextPage | None" = None


NextPage = Callable[[Json, Ask], Ask | None]


@dataclass(frozen=True, slots=True)
class Figures:
    """What one conversation learned: null where the provider did not say, with a note where a person could change that.

    `other_balances` are further wallets in other currencies. `as_of` is the provider's own time for the figures;
    `cycle` the bounds of the billing cycle, first day and first day after, that `usage_month` is of where it is not
    the calendar month; `account` the provider's own id of the account, by which two keys of one wallet are known.
    """

    balance: Money | None = None
    usage_today: Money | None = None
    usage_month: Money | None = None
    notes: tuple[str, ...] = ()
    as_of: datetime | None = None
    cycle: tuple[date, date] | None = None
    other_balances: tuple[Money, ...] = ()
    account: str | None = None


# A provider's side of the talk: it yields what to ask, receives every page, and returns the figures it read.
Conversation = Generator[Ask, Pages, Figures]
