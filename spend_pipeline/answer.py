"""The documented answer: a sync's snapshots as the JSON that `POST /api/v1/integrations/sync-billing` promises."""

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from spend_pipeline.money import exact_sum
from spend_pipeline.period import stamp

CENT = Decimal("0.01")


def answer(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The whole answer from rows of id, provider_name, status, the three figures, note, error and synced_at.

    `counted_balance` and `counted_usage_month` of a row are what it adds to the totals: US dollars, once an account.
    """
    results = [_result(row) for row in rows]
    read = [row for row in rows if row["status"] != "failed"]
    return {
        "success": True,
        "synced": len(read),
        "failed": len(rows) - len(read),
        "results": results,
        "total_balance": _total(row["counted_balance"] for row in read),
        "total_usage_month": _total(row["counted_usage_month"] for row in read),
    }


def _result(row: Mapping[str, Any]) -> dict[str, Any]:
    """One row, its keys in the documented order."""
    who = {"id": row["id"], "provider_name": row["provider_name"]}
    synced_at = stamp(row["synced_at"])
    if row["status"] == "failed":
        return {**who, "status": "failed", "error": row["error"], "synced_at": synced_at}
    figures = {name: json_number(row[name]) for name in ("balance", "usage_today", "usage_month")}
    note = {"note": row["note"]} if row["note"] else {}
    return {**who, "status": "success", **figures, "synced_at": synced_at, **note}


def _total(amounts: Any) -> float | None:
    return json_number(exact_sum(amount for amount in amounts if amount is not None))


def json_number(amount: Decimal | None) -> float | None:
    """An amount for JSON: two places, half to even. Below a trillion the nearest double prints those same digits."""
    if amount is None:
        return None
    rounded = amount.quantize(CENT, ROUND_HALF_EVEN)
    return float(rounded) if rounded else 0.0
