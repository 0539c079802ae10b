"""The month's end foreseen on a day: what is spent, and the pace of the four weeks before for the days to go."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from statistics import stdev
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

HISTORY_DAYS = 28
ENOUGH_DAYS = 7
WIDTH = Decimal("1.28")  # standard deviations to either side: four months out of five end inside
CENT = Decimal("0.01")


@dataclass(frozen=True)
class Forecast:
    """What a client will have spent at a provider by the end of a day's month, in US dollars.

    None with less than a week of history.
    """

    day: date
    client_id: int
    provider_name: str
    spent_usd: Decimal
    days_of_history: int
    forecast_usd: Decimal | None = None
    low_usd: Decimal | None = None
    high_usd: Decimal | None = None


def foresee(spent: Sequence[Mapping[str, Any]], day: date) -> list[Forecast]:
    """Forecasts as of the end of `day`, one a client and provider of which any spend is known.

    `spent` has client_id, provider_name, day, since and usd, a row a day or, after missed syncs, a row for several.
    """
    import pandas as pd  # noqa: PLC0415 - 90 MB, in every process that runs are forked from

    start = min(day.replace(day=1), day - timedelta(days=HISTORY_DAYS))
    frame = pd.DataFrame([dict(row) for row in spent if start <= row["day"] <= day], dtype=object)
    if frame.empty:
        return []
    return [_of_account(days, day) for _, days in frame.groupby(["client_id", "provider_name"], sort=True)]


def _of_account(days: "pd.DataFrame", day: date) -> Forecast:
    client_id, provider_name = days["client_id"].iloc[0], days["provider_name"].iloc[0]
    spent = _sum(days[days["day"] >= day.replace(day=1)])
    before = days[(days["day"] >= day - timedelta(days=HISTORY_DAYS)) & (days["day"] < day)]
    history = (day - min(before["since"])).days if len(before) else 0
    known = Forecast(day, client_id, provider_name, _cents(spent), history)
    if history < ENOUGH_DAYS:
        return known
    to_go = (_next_month(day) - day).days  # the day itself counts as one to go: it is not over
    end = max(spent, spent - _sum(days[days["day"] == day]) + _sum(before) / history * to_go)
    spread = stdev(before["usd"]) if len(before) > 1 else Decimal(0)
    margin = WIDTH * spread * Decimal(to_go).sqrt()
    return Forecast(
        day,
        client_id,
        provider_name,
        known.spent_usd,
        history,
        _cents(end),
        _cents(max(spent, end - margin)),
        _cents(end + margin),
    )


def _sum(days: "pd.DataFrame") -> Decimal:
    return sum(days["usd"], Decimal(0))


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)
