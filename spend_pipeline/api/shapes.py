"""The shapes of what the integrations resource answers, as its documentation and typed clients know them."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

Health = Literal["healthy", "degraded", "unhealthy"]


class Shape(BaseModel):
    """Every key is there, null where it is not known."""

    model_config = ConfigDict(extra="forbid")


class Integration(Shape):
    """One account at one provider. `spend_limit_exceeded` is null where a limit is set but the usage is not known."""

    id: int
    provider_name: str
    provider_label: str
    key_label: str
    is_active: bool
    is_primary: bool
    health_status: Health
    consecutive_failures: int
    spend_limit_amount: float | None
    spend_limit_period: Literal["daily", "monthly"]
    spend_limit_action: Literal["warn", "block"]
    spend_limit_exceeded: bool | None
    cached_balance: float | None
    cached_usage_today: float | None
    cached_usage_month: float | None
    cached_currency: str
    billing_synced_at: str | None
    billing_sync_error: str | None
    key_preview: dict[str, str]
    created_at: str
    updated_at: str
    low_balance_amount: float | None
    low_days_left: int | None


class IntegrationPage(Shape):
    """A page of integrations, ascending by id; `total` counts them on all pages."""

    success: bool
    integrations: list[Integration]
    total: int


class Verified(Shape):
    """One figure that a key was tried on: what the provider said, or why it did not."""

    read: bool
    amount: float | None
    currency: str | None
    reason: str | None


class Verification(Shape):
    """What the key can see."""

    balance: Verified
    usage_today: Verified
    usage_month: Verified


class IntegrationAnswer(Shape):
    """The integration as it is now."""

    success: bool
    integration: Integration


class IntegrationAdded(BaseModel):
    """The integration as it is now; `verification` where `verify=true` asked for it."""

    success: bool
    integration: Integration
    verification: Verification | None = None


class IntegrationDeleted(Shape):
    """Its credentials are destroyed; its history stays for 90 days."""

    success: bool
    message: str
    deleted_id: int


class HealthSummary(Shape):
    """How many integrations there are, by health."""

    total: int
    healthy: int
    degraded: int
    unhealthy: int


class IntegrationHealth(Shape):
    """How the last syncs of one integration went, and until when automatic ones leave it alone, if they do."""

    id: int
    provider_name: str
    key_label: str
    health_status: Health
    consecutive_failures: int
    last_error: str | None
    resting_until: str | None


class Recommendation(Shape):
    """What is wrong with an active integration, and what to do."""

    integration_id: int
    provider_name: str
    issue: str
    action: str


class HealthAnswer(Shape):
    """The health of all integrations, and what to do where it is not well."""

    success: bool
    summary: HealthSummary
    integrations: list[IntegrationHealth]
    recommendations: list[Recommendation]
