"""Vercel AI Gateway: the prepaid credits, and where it is wanted the report of spend by day, which costs money; USD.

Docs: https://vercel.com/docs/ai-gateway and the AI SDK's gateway package (read 2026-08). Key: an AI Gateway key; it
sees the whole account.
Quirks: the report is a beta for Pro and Enterprise and is billed at 5 USD per 1,000 queries, so it is asked only where
`paid_queries` says so, once a reading; its `end_date` is inclusive; `balance` is text or a number.
"""

from spend_pipeline.errors import NotConfigured
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
    if credentials["paid_queries"] != "yes":
        raise NotConfigured("paid_queries is not 'yes', so the paid report was not asked")
    (report,) = yield Ask("/v1/report", {"start_date": f"{period.month_start}", "end_date": f"{period.today}"})
    days = ((parse_moment(row["day"]), [Money.spent(row["total_cost"])]) for row in array(report["results"]))
    return spend_by_day(days, period, sparse=False)


KEY = "AI Gateway key"
BALANCE = Call(_balance, {"balance": KEY})
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
            needs=("api_key", "paid_queries"),
            auth=(bearer(),),
            calls=(
                BALANCE,
                Call(_report, {"usage_today": PAID, "usage_month": PAID}, missing="a Pro or Enterprise plan"),
            ),
            permission="create an AI Gateway key of a team whose plan includes this",
        ),
        Access(
            needs=("api_key",),
            auth=(bearer(),),
            calls=(BALANCE,),
            permission="create an AI Gateway key of a team whose plan includes this",
        ),
    ),
    source="https://vercel.com/docs/ai-gateway/capabilities/custom-reporting",
)
