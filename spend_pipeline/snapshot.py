"""A snapshot: a reading as it is stored, each figure with its currency, its basis and its USD."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from spend_pipeline.integration import Integration
from spend_pipeline.money import Money
from spend_pipeline.outbound.ask import Figures
from spend_pipeline.period import Period
from spend_pipeline.reading import LABELS, Reading
from spend_pipeline.recorded_balance import running_balance


class Basis(StrEnum):
    """Where a figure comes from.

    The provider said it, it was computed from snapshots of ours, or a person entered it.
    """

    REPORTED = "reported"
    DERIVED = "derived"
    MANUAL = "manual"


class Status(StrEnum):
    """How a reading ended: figures, nothing to ask, or a failure."""

    READ = "read"
    UNSUPPORTED = "unsupported"
    FAILED = "failed"


@dataclass(frozen=True)
class Figure:
    """One figure in the provider's currency, and in USD where it is that."""

    money: Money
    basis: Basis

    @property
    def usd(self) -> Decimal | None:
        return self.money.amount if self.money.currency == "USD" else None


@dataclass(frozen=True)
class Snapshot:
    """A row of `spend_snapshots`, without the sync it belongs to."""

    integration: Integration
    status: Status
    balance: Figure | None = None
    usage_today: Figure | None = None
    usage_month: Figure | None = None
    note: str | None = None
    error: str | None = None
    error_kind: str | None = None
    as_of: datetime | None = None
    seconds: float = 0.0


def snapshot(reading: Reading, period: Period) -> Snapshot:
    """The row a reading becomes; a recorded balance is kept current where the provider has none to read."""
    if reading.figures is None:
        failure = reading.failure
        return Snapshot(
            reading.integration,
            Status.FAILED,
            error=str(failure),
            error_kind=failure.kind if failure else None,
            seconds=reading.seconds,
        )
    return _of_figures(reading, reading.figures, period)


def _of_figures(reading: Reading, figures: Figures, period: Period) -> Snapshot:
    notes = list(figures.notes)
    balance = _reported(figures.balance)
    recorded = reading.integration.recorded
    if balance is None and recorded is not None and reading.supported:
        money, note = running_balance(recorded, figures, period)
        balance = Figure(money, Basis.MANUAL) if money else None
        notes.append(note)
    row = {
        "balance": balance,
        "usage_today": _reported(figures.usage_today),
        "usage_month": _reported(figures.usage_month),
    }
    return Snapshot(
        reading.integration,
        Status.READ if reading.supported else Status.UNSUPPORTED,
        balance=row["balance"],
        usage_today=row["usage_today"],
        usage_month=row["usage_month"],
        note=". ".join([*notes, *_foreign(row)]) or None,
        as_of=figures.as_of,
        seconds=reading.seconds,
    )


def _reported(money: Money | None) -> Figure | None:
    return None if money is None else Figure(money, Basis.REPORTED)


def _foreign(row: dict[str, Figure | None]) -> list[str]:
    """The note on figures that are not in USD, one a currency: they are stored, and not converted."""
    by_currency: dict[str, list[str]] = {}
    for name, figure in row.items():
        if figure is not None and figure.usd is None:
            by_currency.setdefault(figure.money.currency, []).append(LABELS[name])
    return [
        f"{', '.join(names).capitalize()} reported in {currency} and stored so, not converted to USD"
        for currency, names in by_currency.items()
    ]
