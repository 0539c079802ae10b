"""A snapshot: a reading as it is stored, each figure with its currency, its basis and its USD."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from spend_pipeline.fx import Rate, Rates, sum_in_usd
from spend_pipeline.integration import Integration
from spend_pipeline.money import Money
from spend_pipeline.outbound.ask import Figures
from spend_pipeline.period import Period
from spend_pipeline.providers.declaration import LABELS
from spend_pipeline.reading import Reading
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


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure as the provider counts it, where it comes from, and what it is in US dollars.

    `parts` are all wallets of a balance that is held in several currencies; `money` is then the first of them.
    """

    money: Money
    basis: Basis
    usd: Decimal | None
    rate: Rate | None = None
    parts: tuple[Money, ...] = ()


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A row of `spend_snapshots`, without the sync it belongs to.

    `counted` is False for a second integration of an account that another one in the sync has read already. One that is
    `held_back` was not asked, and repeats what its last reading failed with.
    """

    integration: Integration
    status: Status
    balance: Figure | None = None
    usage_today: Figure | None = None
    usage_month: Figure | None = None
    note: str | None = None
    error: str | None = None
    error_kind: str | None = None
    as_of: datetime | None = None
    cycle: tuple[date, date] | None = None
    counted: bool = True
    account: str | None = None
    held_back: bool = False
    parked_until: datetime | None = None
    seconds: float = 0.0


def snapshot(reading: Reading, period: Period, rates: Rates | None = None) -> Snapshot:
    """The row a reading becomes; a recorded balance is kept current where the provider has none to read."""
    if reading.figures is None:
        failure, held_back = reading.failure, reading.integration.held_back
        return Snapshot(
            reading.integration,
            Status.FAILED,
            note=f"Not asked: it is left alone until {held_back.until:%Y-%m-%d %H:%M} UTC" if held_back else None,
            held_back=held_back is not None,
            parked_until=reading.parked_until,
            error=str(failure),
            error_kind=failure.kind if failure else None,
            seconds=reading.seconds,
        )
    return _of_figures(reading, reading.figures, period, rates or {})


def _of_figures(reading: Reading, figures: Figures, period: Period, rates: Rates) -> Snapshot:
    notes = list(figures.notes)
    balance = _figure(figures.balance, rates, *figures.other_balances)
    recorded = reading.integration.recorded
    if balance is None and recorded is not None and reading.supported:
        money, note = running_balance(recorded, figures, period)
        balance = _figure(money, rates, basis=Basis.MANUAL)
        notes.append(note)
    today, month = _figure(figures.usage_today, rates), _figure(figures.usage_month, rates)
    return Snapshot(
        reading.integration,
        Status.READ if reading.supported else Status.UNSUPPORTED,
        balance=balance,
        usage_today=today,
        usage_month=month,
        note=". ".join([*notes, *_conversions((balance, today, month), rates)]) or None,
        as_of=figures.as_of,
        cycle=figures.cycle,
        account=figures.account,
        seconds=reading.seconds,
    )


def _figure(money: Money | None, rates: Rates, *others: Money, basis: Basis = Basis.REPORTED) -> Figure | None:
    if money is None:
        return None
    parts = (money, *others)
    return Figure(money, basis, sum_in_usd(list(parts), rates), rates.get(money.currency), parts if others else ())


def _conversions(figures: tuple[Figure | None, ...], rates: Rates) -> list[str]:
    """The notes on figures that are not in US dollars, one a currency or unit: at which rate, or that there is none."""
    named: dict[str, list[str]] = {}
    for label, figure in zip(LABELS.values(), figures, strict=True):
        for money in (figure.parts or (figure.money,)) if figure else ():
            if money.currency != "USD":
                named.setdefault(money.currency, []).append(label)
    return [_conversion(", ".join(labels).capitalize(), currency, rates) for currency, labels in named.items()]


def _conversion(what: str, currency: str, rates: Rates) -> str:
    if not currency.isupper():
        return f"{what} in {currency}, which are not money"
    rate = rates.get(currency)
    if rate is None:
        return f"{what} reported in {currency} and stored so, not converted to USD: no exchange rate is known"
    return f"{what} converted from {currency} at {rate.usd.normalize():f} USD (European Central Bank, {rate.day})"
