"""Cloudflare: prepaid AI Gateway credits, and what was drawn from them by hour and day.

AI Gateway credits and what was drawn from them. Workers AI is left out: its only costs in money are told by a billing
cycle whose first day must be part of the question.

Quirks: an answer says itself whether it succeeded, under HTTP 200 too; cents may have a fraction; times come back in
seconds or milliseconds.
"""

from collections.abc import Generator
from datetime import UTC, date, datetime
from urllib.parse import quote

from spend_pipeline.errors import InvalidKey, Unreadable
from spend_pipeline.money import Money, not_negative, sum_money
from spend_pipeline.outbound.ask import Ask, Conversation, Credentials, Figures, Json, Pages
from spend_pipeline.outbound.auth import bearer
from spend_pipeline.outbound.body import array
from spend_pipeline.period import Period, midnight
from spend_pipeline.providers.declaration import Access, Call, Credential, Provider

LAST_SECOND = 10**11  # in the year 5138: a larger number is milliseconds


def _balance(credentials: Credentials, period: Period) -> Conversation:
    answer = yield from _result(credentials, "credit-balance", {})
    return Figures(balance=Money.cents(answer["balance"]), account=credentials["account_id"])


def _spend(credentials: Credentials, period: Period) -> Conversation:
    today = yield from _since(period.today, "hour", credentials, period)
    month = yield from _since(period.month_start, "day", credentials, period)
    return Figures(usage_today=today, usage_month=month, account=credentials["account_id"])


def _since(day: date, window: str, credentials: Credentials, period: Period) -> Generator[Ask, Pages, Money]:
    start, end = (str(int(moment.timestamp() * 1000)) for moment in (midnight(day), period.now))
    span = {"value_grouping_window": window, "start_time": start, "end_time": end}
    answer = yield from _result(credentials, "usage-history", span)
    rows = [(_moment(row["start_time"]), not_negative(row["aggregated_value"])) for row in array(answer["history"])]
    return sum_money(Money.cents(cost) for at, cost in rows if at >= midnight(day))


def _moment(value: Json) -> datetime:
    if isinstance(value, bool) or value < 0 or value != int(value):
        raise Unreadable("a time is not whole seconds or milliseconds")
    return datetime.fromtimestamp(int(value) / (1000 if value > LAST_SECOND else 1), UTC)


def _result(credentials: Credentials, route: str, params: dict[str, str]) -> Generator[Ask, Pages, Json]:
    account = quote(credentials["account_id"], safe="")
    (answer,) = yield Ask(f"/client/v4/accounts/{account}/ai-gateway/billing/{route}", params)
    if answer["success"] is True:
        return answer["result"]
    if any(error["code"] == 10000 for error in array(answer["errors"])):  # "Authentication error"
        raise InvalidKey
    raise Unreadable("the provider says that its answer is not a success")


KEY = "API token with AI Gateway Read"

CLOUDFLARE = Provider(
    name="cloudflare",
    label="Cloudflare AI Gateway",
    base_url="https://api.cloudflare.com",
    credentials=(
        Credential("api_key", "an API token with AI Gateway Read (dash.cloudflare.com/profile/api-tokens)"),
        Credential("account_id", "the account's id, 32 hex digits"),
    ),
    access=(
        Access(
            needs=("api_key", "account_id"),
            auth=(bearer(),),
            calls=(Call(_balance, {"balance": KEY}), Call(_spend, {"usage_today": KEY, "usage_month": KEY})),
            permission="create an API token with AI Gateway Read at dash.cloudflare.com/profile/api-tokens",
        ),
    ),
    source="https://developers.cloudflare.com/api/resources/ai_gateway (read 2026-08-18)",
    about=__doc__,
    unit="USD, in cents",
    inferred="that the amounts are cents, on which public readers agree",
)
