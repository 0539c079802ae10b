"""The shape of what `GET /api/v1/alerts` answers, as its documentation and typed clients know it, and an example."""

from typing import Any, Literal

from spend_pipeline.api.shapes import Shape


class Alert(Shape):
    """A budget that was crossed; without an integration, one over all the client has. Figures are USD, or days."""

    id: int
    kind: Literal["spend_limit", "low_balance", "low_days_left"]
    integration_id: int | None
    provider_name: str | None
    provider_label: str | None
    key_label: str | None
    unit: Literal["USD", "days"]
    threshold: float
    figure: float
    spend_limit_period: Literal["daily", "monthly"] | None
    spend_limit_action: Literal["warn", "block"] | None
    period_start: str | None
    is_open: bool
    fired_at: str
    ended_at: str | None
    ended_because: Literal["recovered", "new_period", "not_watched"] | None
    ended_figure: float | None
    title: str
    message: str
    action: str | None


class AlertPage(Shape):
    """A page of alerts, newest first; `next_cursor` is null on the last one."""

    success: bool
    alerts: list[Alert]
    next_cursor: str | None


EXAMPLE: dict[str, Any] = {
    "success": True,
    "alerts": [
        {
            "id": 7,
            "kind": "low_balance",
            "integration_id": 42,
            "provider_name": "openrouter",
            "provider_label": "OpenRouter",
            "key_label": "Production",
            "unit": "USD",
            "threshold": 50.0,
            "figure": 47.83,
            "spend_limit_period": None,
            "spend_limit_action": None,
            "period_start": None,
            "is_open": True,
            "fired_at": "2026-02-26T15:45:00Z",
            "ended_at": None,
            "ended_because": None,
            "ended_figure": None,
            "title": "Balance low",
            "message": "OpenRouter (Production): 47.83 USD left, below the threshold of 50.00 USD",
            "action": "Top up the account, or lower the threshold",
        }
    ],
    "next_cursor": None,
}
