"""An alert in words: what happened, in one sentence, and what to do about it. The same everywhere it is shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

Row = Mapping[str, Any]
Labels = Mapping[str, str]

TITLES = {
    "spend_limit": ("Spend limit exceeded", "Spend is within its limit again"),
    "low_balance": ("Balance low", "Balance is no longer low"),
    "low_days_left": ("Balance does not last", "Balance lasts again"),
}
BLOCKED = "A gateway that heeds the limit stops sending requests there. Raise the limit, or wait for the next {unit}"
ACTIONS = {
    "spend_limit": "Raise the limit, or spend less until the next {unit}: a warning blocks nothing",
    "low_balance": "Top up {account}, or lower the threshold",
    "low_days_left": "Top up {account}, or spend less a day",
}
UNITS = {"daily": "day", "monthly": "month"}


@dataclass(frozen=True)
class Words:
    """What is said of an alert; `action` is empty where nothing is to be done."""

    title: str
    sentence: str
    action: str


def words(row: Row, labels: Labels, *, ended: bool) -> Words:
    """Of an alert as it fired, or as it ended, from its row and the providers' labels by name."""
    kind = row["kind"]
    title = TITLES[kind][ended]
    if ended:
        if row["ended_because"] == "new_period":
            title = f"A new {UNITS[row['period']]} began: the spend limit starts anew"
        return Words(title, _ended(row, whose(row, labels)), "")
    unit = UNITS.get(row["period"] or "", "")
    action = BLOCKED if row["action"] == "block" else ACTIONS[kind]
    account = "an account" if row["integration_id"] is None else "the account"
    return Words(title, _fired(row, whose(row, labels)), action.format(unit=unit, account=account))


def whose(row: Row, labels: Labels) -> str:
    """Which account, or all of the client's together."""
    if row["integration_id"] is None:
        return "All accounts together"
    label = labels.get(row["provider_name"], row["provider_name"])
    return f"{label} ({row['key_label']})" if row["key_label"] else str(label)


def _fired(row: Row, account: str) -> str:
    figure, threshold = _apart(row["figure"], row["threshold"])
    match row["kind"]:
        case "spend_limit":
            return f"{account}: {figure} USD spent {_when(row)}, above the limit of {threshold} USD"
        case "low_balance":
            return f"{account}: {figure} USD left, below the threshold of {threshold} USD"
        case _:
            days = f"{row['figure']:f} days" if row["figure"] > 0 else "no day"
            pace = "at the pace of the last fortnight"
            return f"{account}: the balance lasts {days} {pace}, fewer than {row['threshold']:f}"


def _ended(row: Row, account: str) -> str:
    if row["kind"] == "low_days_left":
        lasts = "is not spent from" if row["ended_figure"] is None else f"lasts {row['ended_figure']:f} days"
        return f"{account}: the balance {lasts} at the pace of the last fortnight"
    if row["ended_figure"] is None:
        return account
    figure, _ = _apart(row["ended_figure"], row["threshold"])
    if row["kind"] == "low_balance":
        return f"{account}: {figure} USD left"
    if row["ended_because"] == "new_period":
        return f"{account}: {figure} USD spent since it began; {_apart(row['figure'], threshold=None)[0]} USD before"
    return f"{account}: {figure} USD spent {_when(row)}"


def _when(row: Row) -> str:
    """The UTC day or month, by its name: what is told may be read later."""
    day = row["period_start"]
    return f"on {day:%Y-%m-%d} (UTC)" if row["period"] == "daily" else f"in {day:%Y-%m} (UTC)"


def _apart(figure: Decimal, threshold: Decimal | None) -> tuple[str, str]:
    """Both with two decimals, or as many as tell one from the other."""
    for places in (2, 4, 8):
        written = f"{figure:,.{places}f}", "" if threshold is None else f"{threshold:,.{places}f}"
        if written[0] != written[1] or figure == threshold:
            break
    return written
