"""OpenAI: the organization's costs in daily buckets, in dollars; USD as it says. A key is told no balance.

What is left of prepaid credit is told to no key. Keys of projects and service accounts are refused; an Admin API key
cannot run inference, and only an owner can make one.

Quirks: an amount is a number or text; the running day's bucket is empty or left out until something was spent.
"""

from datetime import UTC, datetime

from spend_pipeline.money import Money, number
from spend_pipeline.outbound.ask import Ask, Conversation, Credentials, Json
from spend_pipeline.outbound.auth import bearer
from spend_pipeline.outbound.body import array
from spend_pipeline.outbound.paging import cursor
from spend_pipeline.period import Period, midnight
from spend_pipeline.providers.declaration import Access, Call, Credential, Provider
from spend_pipeline.providers.spend_by_day import spend_by_day


def _costs(credentials: Credentials, period: Period) -> Conversation:
    start = int(midnight(period.month_start).timestamp())
    pages = yield Ask(
        "/v1/organization/costs",
        {"start_time": str(start), "bucket_width": "1d", "limit": "31"},
        next_page=cursor("next_page", param="page", more="has_more"),
    )
    days = ((_start(bucket), _costs_of(bucket)) for page in pages for bucket in array(page["data"]))
    return spend_by_day(days, period, sparse=True)


def _start(bucket: Json) -> datetime:
    return datetime.fromtimestamp(int(number(bucket["start_time"])), UTC)


def _costs_of(bucket: Json) -> list[Money]:
    return [Money.spent(line["amount"]["value"], line["amount"]["currency"]) for line in array(bucket["results"])]


KEY = "Admin API key"

OPENAI = Provider(
    name="openai",
    label="OpenAI",
    base_url="https://api.openai.com",
    credentials=(
        Credential("api_key", "an Admin API key (sk-admin-...), or a restricted key with the scope api.usage.read"),
    ),
    access=(
        Access(
            needs=("api_key",),
            auth=(bearer(),),
            calls=(Call(_costs, {"usage_today": KEY, "usage_month": KEY}),),
            lacking_is_401=True,
            permission=(
                "create an Admin API key at platform.openai.com/settings/organization/admin-keys, "
                "or a restricted key with the scope api.usage.read"
            ),
        ),
    ),
    source="https://platform.openai.com/docs/api-reference/usage/costs (read 2026-08-21)",
    about=__doc__,
    lag="charges may arrive late",
)
