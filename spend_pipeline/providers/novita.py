"""Novita: the available balance and daily bills, as strings of ten-thousandths of a dollar.

Quirks: newer bills repeat the amount in dollars with every decimal, which is preferred; category `summary` is the total
of the others, so it alone is asked; `creditLimit` is room for debt and no balance; a failure may come under HTTP 200,
as its status in `code`.
"""

from datetime import UTC, datetime

from spend_pipeline.money import Money, integer, not_negative
from spend_pipeline.outbound.ask import Ask, Conversation, Credentials, Figures, Json
from spend_pipeline.outbound.auth import bearer
from spend_pipeline.outbound.body import array
from spend_pipeline.outbound.statuses import failure
from spend_pipeline.period import Period, midnight
from spend_pipeline.providers.declaration import Access, Call, Credential, Provider
from spend_pipeline.providers.spend_by_day import spend_by_day

JSON = {"Content-Type": "application/json"}
TEN_THOUSANDTHS = 4


def _balance(credentials: Credentials, period: Period) -> Conversation:
    (answer,) = yield Ask("/openapi/v1/billing/balance/detail", headers=JSON)
    left = _succeeded(answer)["availableBalance"]
    return Figures(balance=Money.scaled(integer(left), TEN_THOUSANDTHS))


def _spend(credentials: Credentials, period: Period) -> Conversation:
    first, after = int(midnight(period.month_start).timestamp()), int(midnight(period.tomorrow).timestamp())
    window = {"startTime": str(first), "endTime": str(after - 1)}
    (answer,) = yield Ask(
        "/openapi/v1/billing/bill/list",
        {"cycleType": "Day", "productCategory": "summary", **window},
        headers=JSON,
    )
    bills = array(_succeeded(answer)["bills"])
    return spend_by_day(((_start(bill), [_cost(bill)]) for bill in bills), period, sparse=True)


def _start(bill: Json) -> datetime:
    return datetime.fromtimestamp(int(integer(bill["startTime"])), UTC)


def _cost(bill: Json) -> Money:
    if bill.get("amountDecimal") is not None:
        return Money.spent(bill["amountDecimal"])
    return Money.scaled(not_negative(integer(bill["amount"])), TEN_THOUSANDTHS)


def _succeeded(answer: Json) -> Json:
    if answer.get("code") not in (None, 0, 200):
        raise failure(int(integer(answer["code"])))
    return answer


KEY = "any key"

NOVITA = Provider(
    name="novita",
    label="Novita AI",
    base_url="https://api.novita.ai",
    credentials=(Credential("api_key", "any API key (novita.ai/settings/key-management)"),),
    access=(
        Access(
            needs=("api_key",),
            auth=(bearer(),),
            calls=(
                Call(_balance, {"balance": KEY}, missing="a key of the account's owner"),
                Call(_spend, {"usage_today": KEY, "usage_month": KEY}, missing="a key of the account's owner"),
            ),
            permission="create an API key as the account's owner at novita.ai/settings/key-management",
        ),
    ),
    source="https://novita.ai/docs/api-reference (read 2026-08)",
    about=__doc__,
    unit="USD, in ten-thousandths",
    lag="about an hour",
)
