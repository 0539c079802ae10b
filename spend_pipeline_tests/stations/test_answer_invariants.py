"""The answer's invariants: whatever was read, the counts, the totals, the types and the order of the keys hold."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from spend_pipeline.answer import answer

AMOUNTS = st.none() | st.decimals(-(10**9), 10**9, places=6)
MOMENT = datetime(2026, 2, 26, 15, 45, tzinfo=UTC)
READ = ["id", "provider_name", "status", "balance", "usage_today", "usage_month", "synced_at"]
FAILED = ["id", "provider_name", "status", "error", "synced_at"]
WHOLE = ["success", "synced", "failed", "results", "total_balance", "total_usage_month"]


@st.composite
def snapshots(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Rows as the database gives them, ascending by id: read, without a billing API, failed, counted or not."""
    rows = []
    for number in range(draw(st.integers(0, 12))):
        status = draw(st.sampled_from(["read", "read", "unsupported", "failed"]))
        figures = {name: draw(AMOUNTS) if status == "read" else None for name in READ[3:6]}
        counted = draw(st.booleans())
        rows.append(
            {
                "id": number + 1,
                "provider_name": draw(st.sampled_from(["openrouter", "groq"])),
                "status": status,
                **figures,
                "counted_balance": figures["balance"] if counted else None,
                "counted_usage_month": figures["usage_month"] if counted else None,
                "note": draw(st.none() | st.just("A note")),
                "error": "API key invalid or expired" if status == "failed" else None,
                "synced_at": MOMENT,
            }
        )
    return rows


def cents(amounts: list[Decimal | None]) -> Decimal:
    return sum((each for each in amounts if each is not None), Decimal(0)).quantize(Decimal("0.01"), ROUND_HALF_EVEN)


@given(snapshots())
def test_counts_totals_types_and_order_hold_for_any_rows(rows: list[dict[str, Any]]) -> None:
    """As a client parses it: no number is text, no NaN, null stays null, and nothing is summed that was not read."""
    text = json.dumps(answer(rows), allow_nan=False)
    told = json.loads(text, parse_float=Decimal)
    assert list(told) == WHOLE
    assert told["success"] is True
    assert (told["synced"] + told["failed"], told["failed"]) == (
        len(told["results"]),
        sum(row["status"] == "failed" for row in rows),
    )
    assert [result["id"] for result in told["results"]] == sorted(row["id"] for row in rows)
    for row, result in zip(rows, told["results"], strict=True):
        check_row(row, result)
    assert told["total_balance"] == cents([row["counted_balance"] for row in rows])
    assert told["total_usage_month"] == cents([row["counted_usage_month"] for row in rows])


def check_row(row: Mapping[str, Any], result: Mapping[str, Any]) -> None:
    """Its keys in their order; a figure is a number where there was one, null where there was none."""
    if row["status"] == "failed":
        assert list(result) == FAILED
        return
    assert list(result) == READ + (["note"] if row["note"] else [])
    assert result["status"] == "success"
    for name in READ[3:6]:
        assert (result[name] is None) is (row[name] is None)
        assert result[name] is None or (isinstance(result[name], Decimal) and result[name] == cents([row[name]]))
