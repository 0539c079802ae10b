"""The integration object, from its row: the documented fields in the documented order."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from spend_pipeline.answer import json_number
from spend_pipeline.history import amount
from spend_pipeline.period import stamp
from spend_pipeline.providers.declaration import Provider
from spend_pipeline.verification import Seen


def integration_object(row: Mapping[str, Any], providers: Mapping[str, Provider]) -> dict[str, Any]:
    """Cached figures are rounded as a sync's answer rounds them; the limit is as it was sent."""
    name = row["provider_name"]
    return {
        "id": row["id"],
        "provider_name": name,
        "provider_label": providers[name].label if name in providers else name,
        **{field: row[field] for field in ("key_label", "is_active", "is_primary")},
        **{field: row[field] for field in ("health_status", "consecutive_failures")},
        "spend_limit_amount": amount(row["spend_limit_amount"]),
        **{field: row[field] for field in ("spend_limit_period", "spend_limit_action", "spend_limit_exceeded")},
        **{field: json_number(row[field]) for field in ("cached_balance", "cached_usage_today", "cached_usage_month")},
        "cached_currency": row["cached_currency"],
        "billing_synced_at": moment(row["billing_synced_at"]),
        "billing_sync_error": row["billing_sync_error"],
        "key_preview": row["key_preview"],
        "created_at": moment(row["created_at"]),
        "updated_at": moment(row["updated_at"]),
        "low_balance_amount": amount(row["low_balance_amount"]),
        "low_days_left": row["low_days_left"],
    }


def verification_object(seen: Mapping[str, Seen]) -> dict[str, Any]:
    """What a key can see, by figure: the amount in its own currency, or the reason why there is none."""
    return {
        name: {
            "read": figure.money is not None,
            "amount": None if figure.money is None else amount(figure.money.amount),
            "currency": None if figure.money is None else figure.money.currency,
            "reason": figure.reason,
        }
        for name, figure in seen.items()
    }


def moment(at: datetime | None) -> str | None:
    """As the API writes a moment, null where there is none."""
    return None if at is None else stamp(at)
