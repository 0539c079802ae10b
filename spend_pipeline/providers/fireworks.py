"""Fireworks: cost lines of the account between two dates; no balance.

Costs are summed up daily: today is a lower bound, and may be 0 while there was some. A key that reads several accounts
needs `account_id`.

Quirks: `endTime` is exclusive; `units` is text, and it, `nanos` or all lines are left out where they are 0.
"""

from collections.abc import Generator
from datetime import date
from urllib.parse import quote

from spend_pipeline.errors import NotConfigured, Unreadable
from spend_pipeline.money import Money, not_negative, sum_money
from spend_pipeline.outbound.ask import Ask, Conversation, Credentials, Figures, Json, Pages
from spend_pipeline.outbound.auth import bearer
from spend_pipeline.outbound.body import array, text
from spend_pipeline.outbound.paging import cursor
from spend_pipeline.period import Period
from spend_pipeline.providers.declaration import Access, Call, Credential, Provider

NO_ACCOUNT = NotConfigured("Fireworks knows no such account: set account_id to its short name, as in the console")


def _spend(credentials: Credentials, period: Period) -> Conversation:
    account = credentials.get("account_id") or (yield from _only_account())
    today = yield from _between(account, period.today, period.tomorrow)
    month = yield from _between(account, period.month_start, period.tomorrow)
    if today.amount and (month - today).amount < 0:
        raise Unreadable("the month cost less than its last day")
    return Figures(usage_today=today, usage_month=month, account=account)


def _only_account() -> Generator[Ask, Pages, str]:
    pages = yield Ask("/v1/accounts", next_page=cursor("nextPageToken", param="pageToken"))
    names = [text(account["name"]) for page in pages for account in array(page["accounts"])]
    if len(names) != 1:
        raise NotConfigured(f"The key reads {len(names)} accounts: set account_id to one")
    return names[0].removeprefix("accounts/")


def _between(account: str, start: date, end: date) -> Generator[Ask, Pages, Money]:
    (summary,) = yield Ask(
        f"/v1/accounts/{quote(account, safe='')}/billing/summary",
        {"startTime": f"{start}T00:00:00Z", "endTime": f"{end}T00:00:00Z"},
        meaning={404: NO_ACCOUNT},
    )
    if "lineItems" not in summary and summary != {"usageBuckets": []}:
        raise Unreadable("a field is left out beside one that is not documented")
    return sum_money(_money(line["totalCost"]) for line in array(summary.get("lineItems", [])))


def _money(amount: Json) -> Money:
    if not amount.keys() <= {"currencyCode", "units", "nanos"}:
        raise Unreadable("an amount has a part that is not documented")
    units, nanos = not_negative(amount.get("units", 0)), not_negative(amount.get("nanos", 0))
    if units % 1 or nanos % 1 or nanos >= 10**9:
        raise Unreadable("an amount is not of whole units and less than a billion nanos")
    return Money.spent(units, amount["currencyCode"]) + Money.scaled(nanos, 9, amount["currencyCode"])


KEY = "any API key"

FIREWORKS = Provider(
    name="fireworks",
    label="Fireworks",
    base_url="https://api.fireworks.ai",
    credentials=(
        Credential("api_key", "an API key of the account (app.fireworks.ai/settings/users/api-keys)"),
        Credential("account_id", "the account's short name, where the key reads more than one"),
    ),
    access=(
        Access(
            needs=("api_key",),
            auth=(bearer(),),
            calls=(Call(_spend, {"usage_today": KEY, "usage_month": KEY}),),
            permission="create an API key of an admin of the account at app.fireworks.ai/settings/users/api-keys",
        ),
    ),
    source="https://docs.fireworks.ai/api-reference/get-billing-summary (read 2026-08)",
    about=__doc__,
    unit="USD, in units and nanos",
    lag="up to a day",
    inferred="the lag, as public readers saw it",
)
