"""DeepInfra: what is prepaid less what is owed, in dollars, and the month's cost in cents; USD.

The balance is below zero for a debt. A figure for today that cannot be told apart from the month's is left unknown.

Quirks: `stripe_balance` is negative for prepaid money and positive for a debt, and `recent` is spent on top of it;
`from` may be a moment, and the answer is then today's only where it is less than the month's, or must be equal to it.
"""

from spend_pipeline.errors import InvalidKey, ProviderFailure
from spend_pipeline.money import Money, not_negative, sum_money
from spend_pipeline.outbound.ask import Ask, Conversation, Credentials, Figures, Json
from spend_pipeline.outbound.auth import bearer
from spend_pipeline.outbound.body import array, text
from spend_pipeline.period import Period, midnight
from spend_pipeline.providers.declaration import Access, Call, Credential, Provider

NO_MONTH = "DeepInfra lists no cost of this month yet"
NO_TODAY = "DeepInfra did not tell today's cost apart from the month's"


def _balance(credentials: Credentials, period: Period) -> Conversation:
    (account,) = yield Ask("/payment/checklist", {"compute_owed": "true"})
    prepaid, recent = Money.whole(account["stripe_balance"]), Money.spent(account["recent"])
    return Figures(balance=Money(prepaid.amount.copy_negate(), prepaid.currency) - recent)


def _spend(credentials: Credentials, period: Period) -> Conversation:
    (usage,) = yield Ask("/payment/usage", {"from": "current"})
    month = _cost(usage, period)
    if month is None:
        return Figures(notes=(NO_MONTH,))
    try:
        (usage,) = yield Ask("/payment/usage", {"from": str(int(midnight(period.today).timestamp()))})
        today = _cost(usage, period)
    except InvalidKey:
        raise
    except ProviderFailure:
        today = None
    may_be_equal = month.amount == 0 or period.today == period.month_start
    apart = today is not None and (today.amount < month.amount or may_be_equal)
    return Figures(usage_today=today if apart else None, usage_month=month, notes=() if apart else (NO_TODAY,))


def _cost(usage: Json, period: Period) -> Money | None:
    """This month's cost in an answer; None where it lists no such month."""
    months = [month for month in array(usage["months"]) if text(month["period"]) == f"{period.today:%Y.%m}"]
    return sum_money(Money.cents(not_negative(month["total_cost"])) for month in months) if months else None


KEY = "key with billing access"

DEEPINFRA = Provider(
    name="deepinfra",
    label="DeepInfra",
    base_url="https://api.deepinfra.com",
    credentials=(Credential("api_key", "an API key with billing access (deepinfra.com/dash/api_keys)"),),
    access=(
        Access(
            needs=("api_key",),
            auth=(bearer(),),
            calls=(
                Call(_balance, {"balance": KEY}, missing="a key with billing access"),
                Call(_spend, {"usage_today": KEY, "usage_month": KEY}, missing="a key with billing access"),
            ),
            permission="create an API key with billing access at deepinfra.com/dash/api_keys",
        ),
    ),
    source="https://api.deepinfra.com/openapi.json (read 2026-08)",
    about=__doc__,
    unit="USD; spend in cents",
    inferred="what the answer is for a part of a month",
)
