"""Vast.ai: prepaid credit, and the charges of every instance, volume and endpoint; USD.

Without prepaid credit in the answer, a balance of 0 may mean nothing and is unknown.

Quirks: an unknown key is answered 404; a charge's `items` repeat its amount; charges may be asked once a second.
"""

import json
from collections.abc import Generator
from datetime import date

from spend_pipeline.errors import InvalidKey, Unreadable
from spend_pipeline.money import Money, integer, number, sum_money
from spend_pipeline.outbound.ask import Ask, Conversation, Credentials, Figures, Json, Pages
from spend_pipeline.outbound.auth import bearer
from spend_pipeline.outbound.body import array
from spend_pipeline.outbound.paging import cursor
from spend_pipeline.period import Period, midnight
from spend_pipeline.providers.declaration import Access, Call, Credential, Provider

UNKNOWN = {404: InvalidKey()}
NO_CREDIT = "The balance is unknown: Vast.ai sent no prepaid credit"


def _balance(credentials: Credentials, period: Period) -> Conversation:
    (user,) = yield Ask("/api/v0/users/current/", meaning=UNKNOWN)
    account, left = str(integer(user["id"])), Money.whole(user["credit" if "credit" in user else "balance"])
    if "credit" not in user and left.amount == 0:
        return Figures(notes=(NO_CREDIT,), account=account)
    return Figures(balance=left, account=account)


def _spend(credentials: Credentials, period: Period) -> Conversation:
    today = yield from _since(period.today, period)
    month = yield from _since(period.month_start, period)
    return Figures(usage_today=today, usage_month=month)


def _since(day: date, period: Period) -> Generator[Ask, Pages, Money]:
    days = {"day": {"gte": int(midnight(day).timestamp()), "lte": int(period.now.timestamp())}}
    pages = yield Ask(
        "/api/v0/charges/",
        {"select_filters": json.dumps(days), "format": "table", "limit": "500"},
        meaning=UNKNOWN,
        wait=1,
        next_page=_next_page,
    )
    charges = [charge for page in pages for charge in array(page["results"])]
    if any(number(page["total"]) > len(charges) for page in pages):
        raise Unreadable("the charges are not all there")
    return sum_money(Money.spent(charge["amount"]) for charge in charges)


def _next_page(page: Json, ask: Ask) -> Ask | None:
    """A failure may come under HTTP 200 as well, as `success: false`."""
    if page["success"] is not True:
        raise InvalidKey() if page["error"] == "auth_error" else Unreadable("the answer says of itself that it failed")
    return cursor("next_token", param="after_token")(page, ask)


RIGHTS = "an API key that may read the user and billing"

VAST_AI = Provider(
    name="vast_ai",
    label="Vast.ai",
    base_url="https://console.vast.ai",
    credentials=(Credential("api_key", f"{RIGHTS} (cloud.vast.ai/manage-keys)"),),
    access=(
        Access(
            needs=("api_key",),
            auth=(bearer(),),
            calls=(
                Call(_balance, {"balance": "API key"}, missing=RIGHTS),
                Call(_spend, {"usage_today": "API key", "usage_month": "API key"}, missing=RIGHTS),
            ),
            permission=f"create {RIGHTS} at cloud.vast.ai/manage-keys",
        ),
    ),
    source="https://docs.vast.ai/api-reference (read 2026-08)",
    about=__doc__,
    lag="seconds, for the balance",
    inferred="that a charge begun before the month counts with the month's part",
)
