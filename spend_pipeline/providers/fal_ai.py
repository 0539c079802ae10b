"""fal.ai: prepaid credits, and spend on model APIs and own serverless apps summed by endpoint; USD.

Spend is model APIs plus one's own serverless apps. A key of API scope is refused.

Quirks: the key goes behind the literal word `Key`; `end` is exclusive; `summary` is there only when expanded; the
balance is never below 0; an account that hosts no apps has no serverless usage to read.
"""

from collections.abc import Generator
from datetime import date

from spend_pipeline.errors import NotConfigured
from spend_pipeline.money import Money, sum_money
from spend_pipeline.outbound.ask import Ask, Conversation, Credentials, Figures, Pages
from spend_pipeline.outbound.auth import HeaderKey
from spend_pipeline.outbound.body import array
from spend_pipeline.outbound.paging import cursor
from spend_pipeline.period import Period
from spend_pipeline.providers.declaration import Access, Call, Credential, Provider


def _balance(credentials: Credentials, period: Period) -> Conversation:
    (account,) = yield Ask("/v1/account/billing", {"expand": "credits"})
    credits = account["credits"]
    return Figures(balance=Money.spent(credits["current_balance"], credits["currency"]))


def _spend(credentials: Credentials, period: Period) -> Conversation:
    today = yield from _between(period.today, period.tomorrow)
    month = yield from _between(period.month_start, period.tomorrow)
    return Figures(usage_today=today, usage_month=month)


def _between(start: date, end: date) -> Generator[Ask, Pages, Money]:
    models = yield _usage("/v1/models/usage", start, end)
    try:
        apps = yield _usage("/v1/serverless/usage", start, end)
    except NotConfigured:
        apps = []
    return sum_money(
        Money.spent(line["cost_total"], line["currency"]) for page in models + apps for line in array(page["summary"])
    )


def _usage(path: str, start: date, end: date) -> Ask:
    return Ask(
        path,
        {
            "start": f"{start}T00:00:00Z",
            "end": f"{end}T00:00:00Z",
            "timezone": "UTC",
            "timeframe": "day",
            "expand": "summary",
        },
        next_page=cursor("next_cursor", param="cursor", more="has_more"),
    )


KEY = "ADMIN-scope key"

FAL_AI = Provider(
    name="fal_ai",
    label="fal.ai",
    base_url="https://api.fal.ai",
    credentials=(Credential("api_key", "a key with ADMIN scope (fal.ai/dashboard/keys)"),),
    access=(
        Access(
            needs=("api_key",),
            auth=(HeaderKey("Authorization", scheme="Key"),),
            calls=(
                Call(_balance, {"balance": KEY}, missing="a key with ADMIN scope"),
                Call(_spend, {"usage_today": KEY, "usage_month": KEY}, missing="a key with ADMIN scope"),
            ),
            permission="create a key with ADMIN scope at fal.ai/dashboard/keys",
        ),
    ),
    source="https://docs.fal.ai/platform-apis (read 2026-08-21)",
    about=__doc__,
)
