"""Spend that a provider lists by day, read to today and this month."""

from collections.abc import Iterable
from datetime import datetime

from spend_pipeline.errors import Unreadable
from spend_pipeline.money import Money, sum_money
from spend_pipeline.outbound.ask import Figures
from spend_pipeline.period import Period

NOT_LISTED = "No usage today: the provider has not listed today yet"


def spend_by_day(
    parts: Iterable[tuple[datetime, Iterable[Money]]], period: Period, *, sparse: bool, unit: str = "USD"
) -> Figures:
    """Today and this month from the costs of each day, named by its start; a day may be listed in several parts.

    `sparse` says that the provider leaves out days without spend; otherwise a day that is not listed is unknown.
    Raises Unreadable for a day outside of what was asked, which is this month until today.
    """
    listed = [(moment.date(), list(costs)) for moment, costs in parts]
    if any(not period.month_start <= day <= period.today for day, _ in listed):
        raise Unreadable("the spend is of other days than were asked")
    month = [cost for _, costs in listed for cost in costs]
    today = [cost for day, costs in listed if day == period.today for cost in costs]
    unit = month[0].currency if month else unit
    known = sparse or any(day == period.today for day, _ in listed)
    return Figures(
        usage_today=sum_money(today, unit) if known else None,
        usage_month=sum_money(month, unit) if sparse or listed else None,
        notes=() if known else (NOT_LISTED,),
    )
