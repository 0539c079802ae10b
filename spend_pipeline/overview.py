"""The overview: a client's figures now and by day as JSON, and flat as CSV. Unknown is null, never 0."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from spend_pipeline.history import amount
from spend_pipeline.money import exact_sum
from spend_pipeline.period import Period, stamp

Row = Mapping[str, Any]
Json = dict[str, Any]
LONGEST_DAYS = 36500
NAMES = ("balance", "today", "month")


def balance_entry(row: Row, labels: Mapping[str, str], actions: Mapping[str, str], period: Period) -> Json:
    """An integration's figures, how old they are, how long its balance lasts, and what to do where it fails."""
    read_at = row["read_at"]
    return {
        **_whose(row, labels),
        "is_active": row["is_active"],
        "counted": row["counted"],
        "balance": _figure(row, "balance"),
        "today": _figure(row, "today"),
        "month": _figure(row, "month"),
        "month_to_yesterday_usd": amount(row["month_to_yesterday_usd"]),
        "last_month_same_days_usd": amount(row["last_month_usd"]),
        "comparison_is_partial": row["comparison_is_partial"],
        **_lasting(row, period.today),
        "read_at": _moment(read_at),
        "age_seconds": None if read_at is None else max(0, round((period.now - read_at).total_seconds())),
        "attempted_at": _moment(row["attempted_at"]),
        "consecutive_failures": row["consecutive_failures"],
        "error": row["error"],
        "action": None if row["error"] is None else actions.get(row["error_kind"]),
        "note": row["note"],
    }


def totals(rows: Sequence[Row], period: Period) -> Json:
    """Sums in US dollars of what is known of active integrations, each account once; null where nothing is known.

    The months are compared up to yesterday, and only of integrations of which both are known.
    """
    counted = [row for row in rows if row["is_active"] and row["counted"]]
    both = [row for row in counted if None not in (row["month_to_yesterday_usd"], row["last_month_usd"])]
    new = [row for row in counted if row["last_month_usd"] is None and row["month_to_yesterday_usd"] is not None]
    now, before = (_sum(row[name] for row in both) for name in ("month_to_yesterday_usd", "last_month_usd"))
    change = None if now is None or not before else 100 * (now - before) / before
    return {
        **{f"{name}_usd": amount(_sum(row[f"{name}_usd"] for row in counted)) for name in NAMES},
        **{f"{name}_unknown": sum(row[name] is None for row in counted) for name in NAMES},
        **{
            f"{name}_not_in_usd": sum(row[name] is not None and row[f"{name}_usd"] is None for row in counted)
            for name in NAMES
        },
        "integrations": len(rows),
        "failing": sum(row["is_active"] and row["error"] is not None for row in rows),
        "compared": {
            "days": (period.today - period.month_start).days,
            "month_to_yesterday_usd": amount(now),
            "last_month_same_days_usd": amount(before),
            "change_percent": None if change is None else amount(change.quantize(Decimal("0.1"), ROUND_HALF_EVEN)),
            "is_partial": any(row["comparison_is_partial"] for row in both),
            "integrations": len(both),
            "left_out": len(new),
        },
    }


def day_entry(row: Row, labels: Mapping[str, str]) -> Json:
    """What an integration spent on a UTC day."""
    return {
        "day": row["day"].isoformat(),
        "since": row["since"].isoformat(),
        **_whose(row, labels),
        "currency": row["currency"],
        **{name: amount(row[name]) for name in ("spend", "restated", "spend_usd", "restated_usd")},
        **{name: row[name] for name in ("basis", "is_partial", "counted")},
    }


def balance_day_entry(row: Row, labels: Mapping[str, str]) -> Json:
    """What was left at the end of a UTC day at an integration, and by how much its balance rose on it."""
    return {
        "day": row["day"].isoformat(),
        **_whose(row, labels),
        "balance": _figure(row, "balance"),
        "top_up": amount(row["top_up"]),
        "read_at": stamp(row["read_at"]),
    }


def flat(entry: Json) -> Json:
    """An entry as a row of text: what is within a figure becomes columns of its own, null is empty."""
    columns: Json = {}
    for name, value in entry.items():
        inner = ("amount", "currency", "basis", "usd") if name in NAMES else ()
        for each in inner:
            columns[name if each == "amount" else f"{name}_{each}"] = None if value is None else value[each]
        if not inner:
            columns[name] = value
    return {name: _text(value) for name, value in columns.items()}


def _whose(row: Row, labels: Mapping[str, str]) -> Json:
    name = row["provider_name"]
    return {
        "integration_id": row["integration_id"],
        "provider_name": name,
        "provider_label": labels.get(name, name),
        "key_label": row["key_label"],
    }


def _figure(row: Row, name: str) -> Json | None:
    if row[name] is None:
        return None
    usd = amount(row[f"{name}_usd"])
    return {"amount": amount(row[name]), "currency": row[f"{name}_currency"], "basis": row[f"{name}_basis"], "usd": usd}


def _lasting(row: Row, today: date) -> Json:
    """How many days the balance lasts at the pace of the last fortnight; null where nobody can tell."""
    balance, pace = row["balance"], row["spend_per_day"]
    left: Decimal | None = None
    if balance is not None and balance <= 0:
        left = Decimal(0)
    elif balance is not None and pace is not None and pace > 0:
        left = (balance / pace).quantize(Decimal("0.1"), ROUND_HALF_EVEN)
    empty_on = today + timedelta(days=round(left)) if left is not None and left <= LONGEST_DAYS else None
    return {
        "spend_per_day": amount(pace),
        "days_left": amount(left),
        "empty_on": None if empty_on is None else empty_on.isoformat(),
    }


def _sum(amounts: Iterable[Decimal | None]) -> Decimal | None:
    known = [each for each in amounts if each is not None]
    return exact_sum(known) if known else None


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else stamp(moment)


def _text(value: Any) -> Any:
    """Amounts never in scientific notation; true and false as JSON writes them."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{Decimal(repr(value)):f}" if isinstance(value, float) else value
