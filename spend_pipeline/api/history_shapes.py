"""The shapes of what the history routes answer, as their documentation and typed clients know them."""

from typing import Literal

from spend_pipeline.api.shapes import Shape


class HistoricFigure(Shape):
    """A figure as its provider counted it, not rounded, where it comes from, and in USD where that is known."""

    amount: float
    currency: str
    basis: Literal["reported", "derived", "manual"]
    usd: float | None


class ReadingEntry(Shape):
    """What one reading said."""

    synced_at: str
    status: Literal["success", "failed"]
    balance: HistoricFigure | None
    usage_today: HistoricFigure | None
    usage_month: HistoricFigure | None
    cycle_start: str | None
    cycle_end: str | None
    note: str | None
    error: str | None


class PeriodEntry(Shape):
    """What the last reading of a UTC day or month that told its spend told; `start` is the first day."""

    start: str
    usage: HistoricFigure | None
    balance: HistoricFigure | None
    cycle_start: str | None
    cycle_end: str | None
    synced_at: str | None
    note: str | None
    error: str | None


class IntegrationHistory(Shape):
    """A page of an integration's history, in order of time; `next_cursor` is null on the last one."""

    success: bool
    integration_id: int
    provider_name: str
    granularity: Literal["raw", "day", "month"]
    entries: list[ReadingEntry | PeriodEntry]
    next_cursor: str | None


class Spend(Shape):
    """Sums in USD of what is known; `unknown` integrations told no spend, `failed` ones were not read."""

    usage_usd: float | None
    usage_basis: Literal["reported", "derived", "manual", "mixed"] | None
    balance_usd: float | None
    balance_basis: Literal["reported", "derived", "manual", "mixed"] | None
    integrations: int
    unknown: int
    failed: int


class ProviderSpend(Spend):
    """The same of one provider."""

    provider_name: str


class ClientEntry(Spend):
    """A UTC day or month of all integrations; `start` is the first day."""

    start: str
    providers: list[ProviderSpend]


class ClientHistory(Shape):
    """A page of a client's history, in order of time; `next_cursor` is null on the last one."""

    success: bool
    granularity: Literal["day", "month"]
    entries: list[ClientEntry]
    next_cursor: str | None
