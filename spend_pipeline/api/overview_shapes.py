"""The shapes of what the overview's routes answer, as their documentation and typed clients know them."""

from spend_pipeline.api.history_shapes import HistoricFigure
from spend_pipeline.api.shapes import Shape


class CurrentBalance(Shape):
    """An integration's figures by its last good reading, how long its balance lasts, and what is wrong with it."""

    integration_id: int
    provider_name: str
    provider_label: str
    key_label: str
    is_active: bool
    counted: bool
    balance: HistoricFigure | None
    today: HistoricFigure | None
    month: HistoricFigure | None
    month_to_yesterday_usd: float | None
    last_month_same_days_usd: float | None
    comparison_is_partial: bool
    spend_per_day: float | None
    days_left: float | None
    empty_on: str | None
    read_at: str | None
    age_seconds: int | None
    attempted_at: str | None
    consecutive_failures: int
    error: str | None
    action: str | None
    note: str | None


class Compared(Shape):
    """This month up to yesterday against the same days of last month, where both are known."""

    days: int
    month_to_yesterday_usd: float | None
    last_month_same_days_usd: float | None
    change_percent: float | None
    is_partial: bool
    integrations: int
    left_out: int


class BalanceTotals(Shape):
    """Sums in USD of what is known of active integrations, each account once."""

    balance_usd: float | None
    today_usd: float | None
    month_usd: float | None
    balance_unknown: int
    today_unknown: int
    month_unknown: int
    balance_not_in_usd: int
    today_not_in_usd: int
    month_not_in_usd: int
    integrations: int
    failing: int
    compared: Compared


class BalancesAnswer(Shape):
    """Every integration, ascending by id, and their totals."""

    success: bool
    asked_at: str
    totals: BalanceTotals
    balances: list[CurrentBalance]


class SpendDay(Shape):
    """What an integration spent on a UTC day; `since` is earlier than `day` where syncs were missed."""

    day: str
    since: str
    integration_id: int
    provider_name: str
    provider_label: str
    key_label: str
    currency: str
    spend: float
    restated: float
    spend_usd: float | None
    restated_usd: float | None
    basis: str
    is_partial: bool
    counted: bool


class SpendDaysAnswer(Shape):
    """Days of which something is known, in order of time; a day that is missing is unknown, not 0."""

    success: bool
    days: list[SpendDay]


class BalanceDay(Shape):
    """What was left at the end of a UTC day; `top_up` is null where no rise could have been seen."""

    day: str
    integration_id: int
    provider_name: str
    provider_label: str
    key_label: str
    balance: HistoricFigure
    top_up: float | None
    read_at: str


class BalanceDaysAnswer(Shape):
    """By integration, each in order of time."""

    success: bool
    days: list[BalanceDay]
