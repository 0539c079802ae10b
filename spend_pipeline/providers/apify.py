"""Apify: usage today, and this month summed from days; where not every day is listed, the billing cycle's total; USD.

A cycle's total comes with the cycle's bounds. There is no prepaid balance: what is left of the limit is none.

Quirks: usage is asked by cycle, so that a month may need two; a cycle's last day is named by its last millisecond.
"""

from collections.abc import Generator
from datetime import date, timedelta

from spend_pipeline.errors import Unreadable
from spend_pipeline.money import Money, sum_money
from spend_pipeline.outbound.ask import Ask, Conversation, Credentials, Figures, Json, Pages
from spend_pipeline.outbound.auth import bearer
from spend_pipeline.outbound.body import array
from spend_pipeline.period import Period, parse_moment
from spend_pipeline.providers.declaration import Access, Call, Credential, Provider

DAY = timedelta(days=1)
NO_TODAY = "Apify has not listed today yet"


def _usage(credentials: Credentials, period: Period) -> Conversation:
    present = yield from _cycle(period.today)
    start = parse_moment(present["usageCycle"]["startAt"]).date()
    end = parse_moment(present["usageCycle"]["endAt"]).date() + DAY
    if not start <= period.today < end:
        raise Unreadable("the usage is of another time than was asked")
    listed = _days(present)
    if start > period.month_start:
        before = yield from _cycle(start - DAY)
        listed += _days(before)
    days = dict(listed)
    if len(days) != len(listed):
        raise Unreadable("a day is listed twice")
    today = days.get(period.today)
    notes = () if today else (NO_TODAY,)
    wanted = {period.month_start + n * DAY for n in range(period.today.day)}
    if wanted.issubset(days):
        return Figures(usage_today=today, usage_month=sum_money(days[day] for day in wanted), notes=notes)
    total = Money.spent(present["totalUsageCreditsUsdAfterVolumeDiscount"])
    return Figures(usage_today=today, usage_month=total, cycle=(start, end), notes=notes)


def _cycle(day: date) -> Generator[Ask, Pages, Json]:
    (answer,) = yield Ask("/v2/users/me/usage/monthly", {"date": f"{day}"})
    return answer["data"]


def _days(cycle: Json) -> list[tuple[date, Money]]:
    days = array(cycle["dailyServiceUsages"])
    return [(parse_moment(day["date"]).date(), Money.spent(day["totalUsageCreditsUsd"])) for day in days]


KEY = "API token"

APIFY = Provider(
    name="apify",
    label="Apify",
    base_url="https://api.apify.com",
    credentials=(Credential("api_key", "an API token (console.apify.com/settings/integrations)"),),
    access=(
        Access(
            needs=("api_key",),
            auth=(bearer(),),
            calls=(Call(_usage, {"usage_today": KEY, "usage_month": KEY}),),
            permission="create an unscoped API token at console.apify.com/settings/integrations",
        ),
    ),
    source="https://docs.apify.com/api/v2 (read 2026-08-07)",
    about=__doc__,
)
