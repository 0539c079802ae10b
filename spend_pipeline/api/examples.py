"""The examples of the integrations resource's documentation."""

from typing import Any

INTEGRATION: dict[str, Any] = {
    "id": 42,
    "provider_name": "openrouter",
    "provider_label": "OpenRouter",
    "key_label": "Production",
    "is_active": True,
    "is_primary": False,
    "health_status": "healthy",
    "consecutive_failures": 0,
    "spend_limit_amount": 100.0,
    "spend_limit_period": "monthly",
    "spend_limit_action": "warn",
    "spend_limit_exceeded": False,
    "cached_balance": 47.83,
    "cached_usage_today": 2.34,
    "cached_usage_month": 89.47,
    "cached_currency": "USD",
    "billing_synced_at": "2026-02-26T15:45:00Z",
    "billing_sync_error": None,
    "key_preview": {"api_key": "sk-o...123"},
    "created_at": "2026-01-12T09:30:00Z",
    "updated_at": "2026-02-01T08:00:00Z",
    "low_balance_amount": 10.0,
    "low_days_left": 7,
}
PAGE = {"success": True, "integrations": [INTEGRATION], "total": 1}
ANSWER = {"success": True, "integration": INTEGRATION}
ADDED = {
    **ANSWER,
    "verification": {
        "balance": {"read": True, "amount": 47.83, "currency": "USD", "reason": None},
        "usage_today": {"read": True, "amount": 2.34, "currency": "USD", "reason": None},
        "usage_month": {"read": True, "amount": 89.47, "currency": "USD", "reason": None},
    },
}
DELETED = {"success": True, "message": "Integration deleted successfully", "deleted_id": 42}
HEALTH = {
    "success": True,
    "summary": {"total": 2, "healthy": 1, "degraded": 1, "unhealthy": 0},
    "integrations": [
        {
            "id": 42,
            "provider_name": "openrouter",
            "key_label": "Production",
            "health_status": "healthy",
            "consecutive_failures": 0,
            "last_error": None,
            "resting_until": None,
        },
        {
            "id": 45,
            "provider_name": "fal_ai",
            "key_label": "",
            "health_status": "degraded",
            "consecutive_failures": 2,
            "last_error": "API key invalid or expired",
            "resting_until": None,
        },
    ],
    "recommendations": [
        {
            "integration_id": 45,
            "provider_name": "fal_ai",
            "issue": "API key invalid or expired",
            "action": "Add an integration with a key that is valid and may read billing, and delete this one",
        }
    ],
}
FIGURE = {"amount": 2.34, "currency": "USD", "basis": "reported", "usd": 2.34}
HISTORY = {
    "success": True,
    "integration_id": 42,
    "provider_name": "openrouter",
    "granularity": "day",
    "entries": [
        {
            "start": "2026-02-26",
            "usage": FIGURE,
            "balance": {"amount": 47.83, "currency": "USD", "basis": "reported", "usd": 47.83},
            "cycle_start": None,
            "cycle_end": None,
            "synced_at": "2026-02-26T20:00:00Z",
            "note": None,
            "error": None,
        }
    ],
    "next_cursor": None,
}
SUM = {
    "usage_usd": 2.34,
    "usage_basis": "reported",
    "balance_usd": 47.83,
    "balance_basis": "reported",
    "integrations": 1,
    "unknown": 0,
    "failed": 0,
}
CLIENT_HISTORY = {
    "success": True,
    "granularity": "day",
    "entries": [{"start": "2026-02-26", **SUM, "providers": [{"provider_name": "openrouter", **SUM}]}],
    "next_cursor": None,
}
