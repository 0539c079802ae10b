"""Tavily: credits left and used this month, of the plan and pay-as-you-go together; credits, which are no money.

The account's plan and pay-as-you-go together, of the calendar month. Without a limit, what is left is unknown. Any key
sees the whole account.

Quirks: a limit of null is no limit; pay-as-you-go that has neither a limit nor use adds nothing to the plan. A plan's
credits reset on the 1st. The route may be asked 10 times in 10 minutes.
"""

from spend_pipeline.money import Money
from spend_pipeline.outbound.ask import Ask, Conversation, Credentials, Figures, Json
from spend_pipeline.outbound.auth import bearer
from spend_pipeline.period import Period
from spend_pipeline.providers.declaration import Access, Call, Credential, Provider

UNLIMITED = "The credits left are unknown: the account has no limit"


def _usage(credentials: Credentials, period: Period) -> Conversation:
    (usage,) = yield Ask("/usage")
    account = usage["account"]
    plan, extra = _credits(account["plan_usage"]), _credits(account["paygo_usage"])
    left = _left(account["plan_limit"], plan)
    if account["paygo_limit"] is not None or extra.amount:
        more = _left(account["paygo_limit"], extra)
        left = left + more if left and more else None
    return Figures(balance=left, usage_month=plan + extra, notes=() if left else (UNLIMITED,))


def _left(limit: Json, used: Money) -> Money | None:
    return None if limit is None else _credits(limit) - used


def _credits(value: Json) -> Money:
    return Money.count(value, "credits")


KEY = "any key"

TAVILY = Provider(
    name="tavily",
    label="Tavily",
    base_url="https://api.tavily.com",
    credentials=(Credential("api_key", "any API key (app.tavily.com)"),),
    access=(
        Access(
            needs=("api_key",),
            auth=(bearer(),),
            calls=(Call(_usage, {"balance": KEY, "usage_month": KEY}),),
            permission="create an API key of the account at app.tavily.com",
        ),
    ),
    source="https://docs.tavily.com/documentation/api-reference/endpoint/usage (read 2026-08)",
    about=__doc__,
    unit="credits",
)
