"""The examples of the overview's documentation."""

from typing import Any

WHOSE = {"integration_id": 42, "provider_name": "openrouter", "provider_label": "OpenRouter", "key_label": "Production"}


def _usd(amount: float) -> dict[str, Any]:
    return {"amount": amount, "currency": "USD", "basis": "reported", "usd": amount}


BALANCES: dict[str, Any] = {
    "success": True,
    "asked_at": "2026-02-26T15:50:00Z",
    "totals": {
        "balance_usd": 47.83,
        "today_usd": 2.34,
        "month_usd": 89.47,
        "balance_unknown": 0,
        "today_unknown": 0,
        "month_unknown": 0,
        "balance_not_in_usd": 0,
        "today_not_in_usd": 0,
        "month_not_in_usd": 0,
        "integrations": 1,
        "failing": 0,
        "compared": {
            "days": 25,
            "month_to_yesterday_usd": 87.13,
            "last_month_same_days_usd": 79.21,
            "change_percent": 10.0,
            "is_partial": False,
            "integrations": 1,
            "left_out": 0,
        },
    },
    "balances": [
        {
            **WHOSE,
            "is_active": True,
            "counted": True,
            "balance": _usd(47.83),
            "today": _usd(2.34),
            "month": _usd(89.47),
            "month_to_yesterday_usd": 87.13,
            "last_month_same_days_usd": 79.21,
            "comparison_is_partial": False,
            "spend_per_day": 3.4164,
            "days_left": 14.0,
            "empty_on": "2026-03-12",
            "read_at": "2026-02-26T15:45:00Z",
            "age_seconds": 300,
            "attempted_at": "2026-02-26T15:45:00Z",
            "consecutive_failures": 0,
            "error": None,
            "action": None,
            "note": None,
        }
    ],
}
SPEND_DAYS: dict[str, Any] = {
    "success": True,
    "days": [
        {
            "day": "2026-02-25",
            "since": "2026-02-25",
            **WHOSE,
            "currency": "USD",
            "spend": 3.51,
            "restated": 0.0,
            "spend_usd": 3.51,
            "restated_usd": 0.0,
            "basis": "reported",
            "is_partial": False,
            "counted": True,
        }
    ],
}
BALANCE_DAYS: dict[str, Any] = {
    "success": True,
    "days": [{"day": "2026-02-25", **WHOSE, "balance": _usd(50.17), "top_up": 50.0, "read_at": "2026-02-25T20:00:00Z"}],
}
