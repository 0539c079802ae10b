"""History: readings, days and months as the JSON that the history routes promise. Unknown is null, never 0."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby
from typing import Any

from spend_pipeline.money import exact_sum
from spend_pipeline.period import stamp

Row = Mapping[str, Any]
Json = dict[str, Any]


def amount(exact: Decimal | None) -> float | None:
    """An amount for JSON, not rounded: the nearest double prints the same up to fifteen digits."""
    return None if exact is None else float(exact) if exact else 0.0


def reading_entry(row: Row) -> Json:
    """What one reading said: its three figures, its note or its error."""
    return {
        "synced_at": stamp(row["synced_at"]),
        "status": "failed" if row["status"] == "failed" else "success",
        **{name: _figure(row, name) for name in ("balance", "usage_today", "usage_month")},
        **_cycle(row),
        "note": row["note"],
        "error": row["error"],
    }


def period_entry(row: Row) -> Json:
    """A day or month of one integration: the spend that the last reading which told one told for it."""
    return {
        "start": _day(row["period_start"]),
        "usage": _figure(row, "usage"),
        "balance": _figure(row, "balance"),
        **_cycle(row),
        "synced_at": None if row["synced_at"] is None else stamp(row["synced_at"]),
        "note": row["note"] if row["synced_at"] else "Nothing was read in this period",
        "error": row["error"],
    }


def provider_entries(rows: Iterable[Row]) -> list[Json]:
    """Each period with what all integrations told, by provider and in all, in US dollars. Rows come by period."""
    entries = []
    for start, of_period in groupby(rows, key=lambda row: row["period_start"]):
        there = [row for row in of_period if row["was_there"] or row["synced_at"] is not None]
        found = sorted(there, key=lambda row: row["provider_name"])
        providers = [
            {"provider_name": name, **_summed(list(same))}
            for name, same in groupby(found, key=lambda row: row["provider_name"])
        ]
        entries.append({"start": _day(start), **_summed(found), "providers": providers})
    return entries


def _summed(rows: Sequence[Row]) -> Json:
    """Sums of what is known, an account once; null where nothing is, with how many integrations told no spend."""
    counted = [row for row in rows if row["counted"] is not False]
    return {
        "usage_usd": _sum(row["usage_usd"] for row in counted),
        "usage_basis": _shared(row["usage_basis"] for row in counted if row["usage_usd"] is not None),
        "balance_usd": _sum(row["balance_usd"] for row in counted),
        "balance_basis": _shared(row["balance_basis"] for row in counted if row["balance_usd"] is not None),
        "integrations": len(rows),
        "unknown": sum(row["usage_usd"] is None for row in rows),
        "failed": sum(row["status"] == "failed" for row in rows),
    }


def _sum(amounts: Iterable[Decimal | None]) -> float | None:
    known = [each for each in amounts if each is not None]
    return amount(exact_sum(known)) if known else None


def _shared(bases: Iterable[str]) -> str | None:
    """The basis that all figures of a sum have, or `mixed`."""
    found = set(bases)
    return "mixed" if len(found) > 1 else next(iter(found), None)


def _figure(row: Row, name: str) -> Json | None:
    """A figure as its provider counts it, where it comes from, and its US dollars; null where it is not known."""
    if row[name] is None:
        return None
    return {
        "amount": amount(row[name]),
        "currency": row[f"{name}_currency"],
        "basis": row[f"{name}_basis"],
        "usd": amount(row[f"{name}_usd"]),
    }


def _cycle(row: Row) -> Json:
    """Where the provider counts by billing cycle, the cycle that its month is."""
    return {name: _iso(row[name]) for name in ("cycle_start", "cycle_end")}


def _day(moment: datetime) -> str:
    return moment.date().isoformat()


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
