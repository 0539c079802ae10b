"""SerpApi: searches left, and searches used in the plan's month; searches, which are no money.

Usage is of the plan's month, which ends where the plan is renewed. Asking costs no search.

Quirks: the key goes in the query; the answer repeats it and holds an e-mail address, which are not read; several fields
are missing on old plans.
"""

from datetime import date, timedelta

from spend_pipeline.money import Money
from spend_pipeline.outbound.ask import Ask, Conversation, Credentials, Figures, Json
from spend_pipeline.outbound.body import text
from spend_pipeline.period import Period
from spend_pipeline.providers.declaration import Access, Call, Credential, Provider


def _searches(credentials: Credentials, period: Period) -> Conversation:
    (account,) = yield Ask("/account.json", {"api_key": credentials["api_key"]})
    if "total_searches_left" in account:
        left = _count(account["total_searches_left"])
    else:
        left = _count(account["plan_searches_left"]) + _count(account["extra_credits"])
    renewal = account.get("plan_renewal_date")
    return Figures(
        balance=left,
        usage_month=_count(account["this_month_usage"]),
        cycle=None if renewal is None else _month_until(date.fromisoformat(renewal), period.today),
        account=text(account["account_id"]) if "account_id" in account else None,
    )


def _month_until(renewal: date, today: date) -> tuple[date, date] | None:
    """The month that ends where the plan is renewed; None where today is not in it, as in a plan of a year."""
    before = renewal.replace(day=1) - timedelta(days=1)
    start = before.replace(day=min(renewal.day, before.day))
    return (start, renewal) if start <= today < renewal else None


def _count(value: Json) -> Money:
    return Money.count(value, "searches")


KEY = "any key"

SERPAPI = Provider(
    name="serpapi",
    label="SerpApi",
    base_url="https://serpapi.com",
    credentials=(Credential("api_key", "the account's key (serpapi.com/manage-api-key)"),),
    access=(
        Access(
            needs=("api_key",),
            calls=(Call(_searches, {"balance": KEY, "usage_month": KEY}),),
            permission="take the account's own key from serpapi.com/manage-api-key",
        ),
    ),
    source="https://serpapi.com/account-api (read 2026-08)",
    about=__doc__,
    unit="searches",
)
