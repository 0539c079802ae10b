"""Firecrawl: credits left, and credits used in the billing cycle; credits are not money.

Usage is of the billing cycle. Any key sees the whole team.

Quirks: a period's end may be null, and its credits may be called `creditsUsed`; a team without credits is refused (402)
before it goes below 0.
"""

from datetime import date, datetime

from spend_pipeline.errors import Unreadable
from spend_pipeline.money import Money
from spend_pipeline.outbound.ask import Ask, Conversation, Credentials, Figures, Json
from spend_pipeline.outbound.auth import bearer
from spend_pipeline.outbound.body import array
from spend_pipeline.period import Period, parse_moment
from spend_pipeline.providers.declaration import Access, Call, Credential, Provider

NO_PERIOD = "Firecrawl lists no usage of the present billing cycle"


def _balance(credentials: Credentials, period: Period) -> Conversation:
    (answer,) = yield Ask("/v2/team/credit-usage")
    team = _succeeded(answer)["data"]
    start, end = _moment(team["billingPeriodStart"]), _moment(team["billingPeriodEnd"])
    return Figures(balance=Money.count(team["remainingCredits"], "credits"), cycle=_cycle(start, end))


def _usage(credentials: Credentials, period: Period) -> Conversation:
    (answer,) = yield Ask("/v2/team/credit-usage/historical", {"byApiKey": "false"})
    listed = [
        (parse_moment(each["startDate"]), _moment(each["endDate"]), _used(each))
        for each in array(_succeeded(answer)["periods"])
    ]
    present = [each for each in listed if each[0] <= period.now and (each[1] is None or period.now < each[1])]
    if not present:
        return Figures(notes=(NO_PERIOD,))
    start, end, used = max(present, key=lambda each: each[0])
    return Figures(usage_month=used, cycle=_cycle(start, end))


def _used(each: Json) -> Money:
    return Money.count(each["totalCredits"] if "totalCredits" in each else each["creditsUsed"], "credits")


def _moment(value: Json) -> datetime | None:
    return None if value is None else parse_moment(value)


def _cycle(start: datetime | None, end: datetime | None) -> tuple[date, date] | None:
    return (start.date(), end.date()) if start and end else None


def _succeeded(answer: Json) -> Json:
    if answer["success"] is not True:
        raise Unreadable("the answer says of itself that it failed")
    return answer


KEY = "any key"

FIRECRAWL = Provider(
    name="firecrawl",
    label="Firecrawl",
    base_url="https://api.firecrawl.dev",
    credentials=(Credential("api_key", "any API key of the team (firecrawl.dev/app/api-keys)"),),
    access=(
        Access(
            needs=("api_key",),
            auth=(bearer(),),
            calls=(Call(_balance, {"balance": KEY}), Call(_usage, {"usage_month": KEY})),
            permission="create an API key of the team at firecrawl.dev/app/api-keys",
        ),
    ),
    source="https://docs.firecrawl.dev/api-reference/endpoint/credit-usage (read 2026-08)",
    about=__doc__,
    unit="credits",
    lag="minutes to hours after a crawl",
)
