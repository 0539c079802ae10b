"""RunPod: the prepaid balance by GraphQL, and spend on all resources by the REST API's own totals; USD.

GraphQL is retired early in 2027: the balance is then unknown, and spend is still read.

Quirks: GraphQL tells a failure under HTTP 200; without a start, the REST API counts the last 30 days.
"""

from collections.abc import Generator
from datetime import date

from spend_pipeline.errors import NotConfigured, Refused, Unreadable
from spend_pipeline.money import Money
from spend_pipeline.outbound.ask import Ask, Conversation, Credentials, Figures, Pages
from spend_pipeline.outbound.auth import bearer
from spend_pipeline.outbound.body import text
from spend_pipeline.period import Period, midnight, parse_moment, stamp
from spend_pipeline.providers.declaration import Access, Call, Credential, Provider

QUERY = "query { myself { id clientBalance } }"
RETIRED = NotConfigured("RunPod's GraphQL no longer tells the balance")
HIDDEN = "RunPod's GraphQL does not show the account to this key"


def _spend(credentials: Credentials, period: Period) -> Conversation:
    today = yield from _between(period.today, period.tomorrow)
    month = yield from _between(period.month_start, period.tomorrow)
    return Figures(usage_today=today, usage_month=month)


def _between(start: date, end: date) -> Generator[Ask, Pages, Money]:
    bounds = {"startTime": stamp(midnight(start)), "endTime": stamp(midnight(end))}
    (answer,) = yield Ask("/v2/billing", {"bucketSize": "day", **bounds})
    told = answer["metadata"]
    if parse_moment(told["query"]["startTime"]) != midnight(start):
        raise Unreadable("the billing is of another time than was asked")
    return Money.spent(told["totals"]["totalAmount"])


def _balance(credentials: Credentials, period: Period) -> Conversation:
    (answer,) = yield Ask("/graphql", method="POST", json={"query": QUERY}, meaning={404: RETIRED, 410: RETIRED})
    if answer.get("errors"):
        raise Refused(HIDDEN)
    account = answer["data"]["myself"]
    return Figures(balance=Money.whole(account["clientBalance"]), account=text(account["id"]))


KEY = "API key"
NEEDED = "an API key that may read the account"

RUNPOD = Provider(
    name="runpod",
    label="RunPod",
    base_url="https://api.runpod.io",
    credentials=(Credential("api_key", f"{NEEDED} (console.runpod.io/user/settings)"),),
    access=(
        Access(
            needs=("api_key",),
            auth=(bearer(),),
            calls=(
                Call(_spend, {"usage_today": KEY, "usage_month": KEY}, missing=NEEDED),
                Call(_balance, {"balance": KEY}, missing=NEEDED),
            ),
            permission="create an API key that may read the account at console.runpod.io/user/settings",
        ),
    ),
    source="https://docs.runpod.io/api-reference-v2 (read 2026-08-20)",
    about=__doc__,
)
