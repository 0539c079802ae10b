"""Vercel AI Gateway: the prepaid credits, and where it is wanted the report of spend by day, which costs money; USD.

Vercel bills each spend report, so it is asked only where the credential `paid_queries` is `yes`, once each automatic
sync, and only on a Pro or Enterprise plan. Any key sees the whole account.

Quirks: the report is a beta; its `end_date` is inclusive; `balance` is text or a number.
"""

from spend_pipeline.money import Money
from spend_pipeline.outbound.ask import Ask, Conversation, Credentials, Figures
from spend_pipeline.outbound.auth import bearer
from spend_pipeline.outbound.body import array
from spend_pipeline.period import Period, parse_moment
from spend_pipeline.providers.declaration import Access, Call, Credential, Provider
from spend_pipeline.providers.spend_by_day import spend_by_day


def _balance(credentials: Credentials, period: Period) -> Conversation:
    (credits,) = yield Ask("/v1/credits")
    return Figures(balance=Money.whole(credits["balance"]))


def _report(credentials: Credentials, period: Period) -> Conversation:
    (report,) = yield Ask("/v1/report", {"start_date": f"{period.month_start}", "end_date": f"{period.today}"})
    days = ((parse_moment(row["day"]), [Money.spent(row["total_cost"])]) for row in array(report["results"]))
    return spend_by_day(days, period, sparse=False)


KEY = "AI Gateway key"
PAID = f"{KEY} + paid_queries"

VERCEL_AI_GATEWAY = Provider(
    name="vercel_ai_gateway",
    label="Vercel AI Gateway",
    base_url="https://ai-gateway.vercel.sh",
    credentials=(
        Credential("api_key", "an AI Gateway key (vercel.com, AI Gateway, API keys); no ordinary access token"),
        Credential("paid_queries", "yes, to read spend from a report that Vercel bills at 0.005 USD each time"),
    ),
    access=(
        Access(
            needs=("api_key",),
            auth=(bearer(),),
            calls=(
                Call(_balance, {"balance": KEY}),
                Call(
                    _report,
                    {"usage_today": PAID, "usage_month": PAID},
                    missing="a Pro or Enterprise plan",
                    paid="0.005 USD a query",
                ),
            ),
            permission="create an AI Gateway key (vck_...) of a team whose plan includes this, at vercel.com",
        ),
    ),
    source="https://vercel.com/docs/ai-gateway/capabilities/custom-reporting (read 2026-08)",
    about=__doc__,
)
