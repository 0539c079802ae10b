"""An integration: one client's account at one provider, as a sync takes it up."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from spend_pipeline.money import Money


@dataclass(frozen=True)
class RecordedBalance:
    """A balance that a person recorded, and what our snapshots say of the spend since.

    `closed_months` is the spend of the whole months from that of `as_of` up to, not including, the current one;
    `before` is what that first month had already spent at `as_of`. Either is None where no snapshot tells.
    """

    amount: Money
    as_of: datetime
    closed_months: Decimal | None
    before: Decimal | None


@dataclass(frozen=True)
class Integration:
    """What a sync needs to know of an integration; its credentials stay sealed until its provider is asked."""

    id: int
    client_id: int
    provider_name: str
    sealed: str = field(repr=False)
    recorded: RecordedBalance | None = None
    account: str | None = None  # the provider's id of it, as the first reading told it
