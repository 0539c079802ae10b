"""Baseten: cost of dedicated deployments, training and model APIs since the 1st, and its days; USD, before credits.

Cost before credits. Where no day of the answer is today's, or days are left out, today is unknown.

Quirks: amounts are numbers or text; `total` is the cost, a block's `subtotal` what credits left of it; a kind of usage
there was none of is null or absent. `credits_used` is no balance.
"""

from collections.abc import Iterator
from dataclasses import replace

from spend_pipeline.errors import Unreadable
from spend_pipeline.money import Money, sum_money
from spend_pipeline.outbound.ask import Ask, Conversation, Credentials, Figures, Json
from spend_pipeline.outbound.auth import bearer
from spend_pipeline.outbound.body import array
from spend_pipeline.period import Period, midnight, parse_moment, stamp
from spend_pipeline.providers.declaration import Access, Call, Credential, Provider
from spend_pipeline.providers.spend_by_day import spend_by_day

NO_DAYS = "No usage today: Baseten did not tell the days of some usage"


def _spend(credentials: Credentials, period: Period) -> Conversation:
    span = {"start_date": stamp(midnight(period.month_start)), "end_date": stamp(period.now)}
    (summary,) = yield Ask("/v1/billing/usage_summary", span)
    kinds = [block for name, block in summary.items() if "_usage" in name]
    if not kinds:
        raise Unreadable("the summary has no kind of usage in it")
    costly = [block for block in kinds if block is not None and Money.spent(block["total"]).amount]
    month = sum_money(Money.spent(block["total"]) for block in costly)
    days = [day for block in costly for day in _days(block)]
    if None in days:
        return Figures(usage_month=month, notes=(NO_DAYS,))
    parts = [(parse_moment(day["date"]), [Money.spent(day["subtotal"])]) for daily in days for day in array(daily)]
    return replace(spend_by_day(parts, period, sparse=not costly), usage_month=month)


def _days(block: Json) -> Iterator[Json]:
    """The days of each line of a block, None where they are not told."""
    for line in array(block.get("breakdown") or [{}]):
        yield line.get("daily")


KEY = "any workspace key"

BASETEN = Provider(
    name="baseten",
    label="Baseten",
    base_url="https://api.baseten.co",
    credentials=(Credential("api_key", "an API key of the workspace (app.baseten.co/settings/api_keys)"),),
    access=(
        Access(
            needs=("api_key",),
            auth=(bearer(),),
            calls=(Call(_spend, {"usage_today": KEY, "usage_month": KEY}),),
            permission="create a workspace API key at app.baseten.co/settings/api_keys",
        ),
    ),
    source="https://docs.baseten.co/reference/management-api (read 2026-07-01)",
    about=__doc__,
)
