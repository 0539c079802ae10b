"""An integration: one client's account at one provider, as a sync takes it up."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from spend_pipeline.errors import FailureKind
from spend_pipeline.money import Money


@dataclass(frozen=True, slots=True)
class RecordedBalance:
    """A balance that a person recorded, and what our snapshots say of the spend since.

    `closed_months` is the spend of the whole months from that of `as_of` up to, not including, the current one;
    `before` is what that first month had already spent at `as_of`. Either is None where no snapshot tells.
    """

    amount: Money
    as_of: datetime
    closed_months: Decimal | None
    before: Decimal | None


@dataclass(frozen=True, slots=True)
class HeldBack:
    """Until when an integration is not asked, and what its last reading failed with."""

    until: datetime
    kind: FailureKind
    error: str


@dataclass(frozen=True, slots=True)
class Integration:
    """What a sync needs to know of an integration; its credentials stay sealed until its provider is asked."""

    id: int
    client_id: int
    provider_name: str
    sealed: str = field(repr=False)
    recorded: RecordedBalance | None = None
    account: str | None = None  # the provider's id of it, as the first reading told it
    held_back: HeldBack | None = None


def in_turn(integrations: Iterable[Integration]) -> list[Integration]:
    """The same, clients taking turns at each provider: one's hundred slow accounts do not stand before another's."""
    place: Counter[tuple[int, str]] = Counter()
    placed = []
    for each in integrations:
        place[each.client_id, each.provider_name] += 1
        placed.append((place[each.client_id, each.provider_name], each))
    return [each for _, each in sorted(placed, key=lambda pair: pair[0])]


def is_another_account(before: str | None, now: str | None) -> bool:
    """Whether two ids of accounts, as a provider tells them, have none in common; several are joined by commas."""
    return before is not None and now is not None and not set(before.split(",")) & set(now.split(","))
