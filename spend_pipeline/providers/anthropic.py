"""Anthropic: the organization's cost report in daily buckets, in cents; USD. A key is told no balance.

What is left of prepaid credit is told to no key. The Priority Tier is not in the report. Individual accounts have no
Admin API keys, and an ordinary `sk-ant-api` key is refused.

Quirks: an amount is text in cents, with decimals; a bucket is listed when it ends before `ending_at`, so tomorrow is
asked for; an empty day is `"results": []`.
"""

from spend_pipeline.money import Money, not_negative
from spend_pipeline.outbound.ask import Ask, Conversation, Credentials, Json
from spend_pipeline.outbound.auth import HeaderKey
from spend_pipeline.outbound.body import array
from spend_pipeline.outbound.paging import cursor
from spend_pipeline.period import Period, midnight, parse_moment, stamp
from spend_pipeline.providers.declaration import Access, Call, Credential, Provider
from spend_pipeline.providers.spend_by_day import spend_by_day


def _costs(credentials: Credentials, period: Period) -> Conversation:
    pages = yield Ask(
        "/v1/organizations/cost_report",
        {
            "starting_at": stamp(midnight(period.month_start)),
            "ending_at": stamp(midnight(period.tomorrow)),
            "limit": "31",
        },
        headers={"anthropic-version": "2023-06-01"},
        next_page=cursor("next_page", param="page", more="has_more"),
    )
    days = (
        (parse_moment(bucket["starting_at"]), _costs_of(bucket)) for page in pages for bucket in array(page["data"])
    )
    return spend_by_day(days, period, sparse=False)


def _costs_of(bucket: Json) -> list[Money]:
    return [Money.cents(not_negative(line["amount"]), line["currency"]) for line in array(bucket["results"])]


KEY = "Admin API key"

ANTHROPIC = Provider(
    name="anthropic",
    label="Anthropic",
    base_url="https://api.anthropic.com",
    credentials=(Credential("api_key", "an Admin API key (sk-ant-admin...) of an organization"),),
    access=(
        Access(
            needs=("api_key",),
            auth=(HeaderKey("x-api-key"),),
            calls=(Call(_costs, {"usage_today": KEY, "usage_month": KEY}),),
            permission="create an Admin API key at console.anthropic.com/settings/admin-keys",
        ),
    ),
    source="https://platform.claude.com/docs/en/api/admin/cost_report (read 2026-08)",
    about=__doc__,
    unit="USD, in cents",
    lag="about five minutes",
)
