"""Firecrawl: the team's credits, a credit a cent, in billing cycles that begin on the 3rd.

Roles: `any`; `open` is told no ends of periods (null), and their credits as `creditsUsed`, as the live API may.
"""

from datetime import datetime, timedelta
from decimal import Decimal

from spend_pipeline.sandbox.accounts import Account
from spend_pipeline.sandbox.keys import Key, credential_after
from spend_pipeline.sandbox.state import State
from spend_pipeline.sandbox.vendor import Ask, Refusal, Route, Vendor, known_key, wording
from spend_pipeline.sandbox.windows import start_after, start_of, zulu
from spend_pipeline.sandbox.wire import Figure, Json

_OFFSET = timedelta(days=2)
_USUAL = {401: "Unauthorized: Invalid token", 404: "Could not find credit usage information"}


def _credit_usage(ask: Ask, key: Key) -> Json:
    start, end = _cycle(ask.now)
    left = Figure(Decimal(Account("firecrawl", key.account).balance_at(ask.now) // 10_000))
    bounds = {"billingPeriodStart": zulu(start), "billingPeriodEnd": zulu(end)}
    return {"success": True, "data": {"remainingCredits": left, "planCredits": 3000} | bounds}


def _historical(ask: Ask, key: Key) -> Json:
    present = _cycle(ask.now)
    before = _cycle(present[0] - timedelta(days=1))
    return {
        "success": True,
        "periods": [_period(key, start, min(end, ask.now), end) for start, end in (before, present)],
    }


def _period(key: Key, start: datetime, until: datetime, end: datetime) -> Json:
    used = Figure(Decimal(Account("firecrawl", key.account).spent(start, until) // 10_000))
    if key.role == "open":
        return {"startDate": zulu(start), "endDate": None, "apiKey": None, "creditsUsed": used}
    return {"startDate": zulu(start), "endDate": zulu(end), "apiKey": None, "totalCredits": used}


def _cycle(moment: datetime) -> tuple[datetime, datetime]:
    month = start_of("month", moment - _OFFSET)
    return month + _OFFSET, start_after("month", month) + _OFFSET


def _identify(ask: Ask) -> Key:
    return known_key(credential_after("Bearer", ask.headers), ("any", "open"), _USUAL[401], _USUAL[401])


def _error_body(refusal: Refusal, path: str) -> Json:
    return {"success": False, "error": wording(refusal, _USUAL)}


def _examples(state: State) -> dict[str, dict[str, str]]:
    return {role: {"api_key": f"sandbox.{role}"} for role in ("any", "open")}


FIRECRAWL = Vendor(
    name="firecrawl",
    routes=(
        Route("GET", "/v2/team/credit-usage", _credit_usage),
        Route("GET", "/v2/team/credit-usage/historical", _historical),
    ),
    identify=_identify,
    error_body=_error_body,
    examples=_examples,
)
