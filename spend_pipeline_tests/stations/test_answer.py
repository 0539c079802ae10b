"""The documented answer: the contract's own sample, to the character, and the arithmetic beside it."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from spend_pipeline.answer import answer, json_number

SYNCED_AT = datetime(2026, 2, 26, 15, 45, 0, 999, tzinfo=UTC)
NO_API = "Provider does not expose billing API"
SAMPLE = """{
  "success": true,
  "synced": 3,
  "failed": 1,
  "results": [
    {"id": 42, "provider_name": "openrouter", "status": "success", "balance": 47.83, "usage_today": 2.34,
     "usage_month": 89.47, "synced_at": "2026-02-26T15:45:00Z"},
    {"id": 43, "provider_name": "groq", "status": "success", "balance": null, "usage_today": null,
     "usage_month": null, "synced_at": "2026-02-26T15:45:00Z", "note": "Provider does not expose billing API"},
    {"id": 44, "provider_name": "mistral", "status": "success", "balance": 125.64, "usage_today": 5.67,
     "usage_month": 78.23, "synced_at": "2026-02-26T15:45:00Z"},
    {"id": 45, "provider_name": "fal_ai", "status": "failed", "error": "API key invalid or expired",
     "synced_at": "2026-02-26T15:45:00Z"}
  ],
  "total_balance": 173.47,
  "total_usage_month": 167.70
}"""


def row(number: int = 1, name: str = "openrouter", *figures: str | None, **more: Any) -> dict[str, Any]:
    """A row as the database gives it; figures in the order balance, today, month."""
    amounts = [None if figure is None else Decimal(figure) for figure in figures or (None,) * 3]
    named = dict(zip(("balance", "usage_today", "usage_month"), amounts, strict=True))
    counted = {f"counted_{name}": named[name] for name in ("balance", "usage_month")}
    plain = {"id": number, "provider_name": name, "status": "read", "note": None, "error": None}
    return {**plain, **named, **counted, "synced_at": SYNCED_AT, **more}


def test_what_is_not_counted_is_shown_and_not_added() -> None:
    """Credits, and the second integration of an account."""
    shown = answer([row(1, "openrouter", "5", "1", "2"), row(2, "tavily", "900", "1", "2", **NOT_COUNTED)])
    assert [result["balance"] for result in shown["results"]] == [5.0, 900.0]
    assert (shown["total_balance"], shown["total_usage_month"]) == (5.0, 2.0)


NOT_COUNTED: dict[str, Any] = {"counted_balance": None, "counted_usage_month": None}


ROWS = [
    row(42, "openrouter", "47.83", "2.34", "89.47"),
    row(43, "groq", status="unsupported", note=NO_API),
    row(44, "mistral", "125.64", "5.67", "78.23"),
    row(45, "fal_ai", status="failed", error="API key invalid or expired"),
]


def test_the_contracts_sample_is_answered_to_the_character() -> None:
    """Every key in its place, every number as documented."""
    assert json.dumps(answer(ROWS)) == json.dumps(json.loads(SAMPLE))


def test_a_client_without_integrations_is_answered_with_zeros() -> None:
    empty = '{"success": true, "synced": 0, "failed": 0, "results": [], "total_balance": 0.0, "total_usage_month": 0.0}'
    assert json.dumps(answer([])) == empty


def test_all_failed_is_still_an_answer() -> None:
    """It is the sync that succeeded."""
    told = answer([row(1, status="failed", error="x"), row(2, status="failed", error="y")])
    assert (told["success"], told["synced"], told["failed"], told["total_balance"]) == (True, 0, 2, 0.0)


def test_a_failed_row_adds_nothing() -> None:
    """Neither to its own row nor to the totals, although a last good figure stood in it."""
    told = answer([row(1, "a", "5", "1", "3"), row(2, "b", "100", "100", "100", status="failed", error="x")])
    assert (told["total_balance"], told["total_usage_month"]) == (5.0, 3.0)
    assert set(told["results"][1]) == {"id", "provider_name", "status", "error", "synced_at"}


def test_a_partial_row_keeps_its_note_last() -> None:
    told = answer([row(1, "openrouter", None, "1", "2", note="The balance needs a management key")])
    assert list(told["results"][0]) == [
        "id",
        "provider_name",
        "status",
        "balance",
        "usage_today",
        "usage_month",
        "synced_at",
        "note",
    ]
    assert told["results"][0]["balance"] is None


def test_halves_go_to_the_even_cent() -> None:
    """0.125 is 0.12 and 0.135 is 0.14; in floating point both would be a matter of luck."""
    rounded = {text: json_number(Decimal(text)) for text in ("0.125", "0.135", "2.675", "1.005", "-0.125", "0.1250001")}
    assert rounded == {
        "0.125": 0.12,
        "0.135": 0.14,
        "2.675": 2.68,
        "1.005": 1.0,
        "-0.125": -0.12,
        "0.1250001": 0.13,
    }


def test_there_is_no_minus_zero_and_no_zero_for_unknown() -> None:
    assert [json.dumps(json_number(Decimal(text))) for text in ("-0.00", "-0.004", "-0.005", "0E+3")] == ["0.0"] * 4
    assert json_number(None) is None


def test_a_total_is_rounded_once() -> None:
    """Three times a third of a cent more than half a cent: rows show 0.01 each, the total is 0.02."""
    told = answer([row(number, "a", "0.006", "0", "0.004") for number in (1, 2, 3)])
    assert [result["balance"] for result in told["results"]] == [0.01] * 3
    assert told["total_balance"] == 0.02
    assert [result["usage_month"] for result in told["results"]] == [0.0] * 3
    assert told["total_usage_month"] == 0.01


@given(st.lists(st.decimals(-(10**9), 10**9, places=4) | st.none(), max_size=40))
def test_a_total_is_the_sum_of_what_is_there(balances: list[Decimal | None]) -> None:
    """Within half a cent of the exact sum, and printed with no more than two places."""
    rows = [row(at, "a", str(each) if each is not None else None, None, None) for at, each in enumerate(balances)]
    total = answer(rows)["total_balance"]
    exact = sum((each for each in balances if each is not None), Decimal(0))
    assert abs(Decimal(str(total)) - exact) <= Decimal("0.005")
    assert len(str(total).partition(".")[2]) <= 2
