"""Exa: spend today and this month, summed over the team's API keys; USD.

What deleted keys spent is missing; two slow questions a key may take a team of many keys past the time limit. A search
key opens nothing.

Quirk: `budgetCents` is a cap and no balance.
"""

from datetime import date
from urllib.parse import quote

from spend_pipeline.errors import Unreadable
from spend_pipeline.money import Money, sum_money
from spend_pipeline.outbound.ask import Ask, Conversation, Credentials, Figures, Json
from spend_pipeline.outbound.auth import HeaderKey
from spend_pipeline.outbound.body import array, text
from spend_pipeline.period import Period, midnight, parse_moment, stamp
from spend_pipeline.providers.declaration import Access, Call, Credential, Provider

KEYS = "/team-management/api-keys"
NO_KEYS = "The team has no API keys whose spend could be read"


def _spend(credentials: Credentials, period: Period) -> Conversation:
    (listed,) = yield Ask(KEYS)
    keys = list(dict.fromkeys(text(key["id"]) for key in array(listed["apiKeys"])))
    if not keys:
        return Figures(notes=(NO_KEYS,))
    today, month, team = [], [], None
    for key in keys:
        (usage,) = yield _usage(key, period.today, period)
        today.append(_cost(usage, period.today))
        (usage,) = yield _usage(key, period.month_start, period)
        month.append(_cost(usage, period.month_start))
        team = text(usage["team_id"])
    return Figures(usage_today=sum_money(today), usage_month=sum_money(month), account=team)


def _usage(key: str, since: date, period: Period) -> Ask:
    window = {"start_date": stamp(midnight(since)), "end_date": stamp(period.now)}
    return Ask(f"{KEYS}/{quote(key, safe='')}/usage", window)


def _cost(usage: Json, since: date) -> Money:
    if parse_moment(usage["period"]["start"]) != midnight(since):
        raise Unreadable("the usage is of another time than was asked")
    return Money.spent(usage["total_cost_usd"])


KEY = "service key"

EXA = Provider(
    name="exa",
    label="Exa",
    base_url="https://admin-api.exa.ai",
    credentials=(Credential("api_key", "a service key, which Exa's support enables (Team Management)"),),
    access=(
        Access(
            needs=("api_key",),
            auth=(HeaderKey("x-api-key"),),
            calls=(Call(_spend, {"usage_today": KEY, "usage_month": KEY}),),
            permission="ask Exa's support for Team Management, and create a service key",
        ),
    ),
    source="https://docs.exa.ai/reference/team-management/get-api-key-usage (read 2026-08)",
    about=__doc__,
)
