"""Apify: usage of a billing cycle that begins on the 20th, by day and in all; dollars as JSON numbers.

Roles: `full`; `scoped` gets 403.
"""

from datetime import datetime, timedelta

from spend_pipeline.sandbox.accounts import Account, dollars
from spend_pipeline.sandbox.cursors import moment_of
from spend_pipeline.sandbox.keys import Key, credential_after
from spend_pipeline.sandbox.state import State
from spend_pipeline.sandbox.vendor import Ask, Refusal, Route, Vendor, known_key, wording
from spend_pipeline.sandbox.windows import split, start_after, start_of, zulu
from spend_pipeline.sandbox.wire import Figure, Json

_OFFSET = timedelta(days=19)
_TYPES = {401: "invalid-token", 403: "insufficient-permissions", 429: "rate-limit-exceeded"}
_USUAL = {401: "Authentication token is not valid.", 403: "Insufficient permissions for the requested operation."}


def _monthly(ask: Ask, key: Key) -> Json:
    if key.role == "scoped":
        raise Refusal(403)
    asked = moment_of(ask.query.get("date", zulu(ask.now)), Refusal(400, "Invalid date"))
    month = start_of("month", asked - _OFFSET)
    start, after = month + _OFFSET, start_after("month", month) + _OFFSET
    end = min(after, ask.now)
    account = Account("apify", key.account)
    days = [_day(begin, account.spent(begin, until)) for begin, until in split("day", start, end)]
    total = dollars(account.spent(start, end) if start < end else 0)
    cycle = {"startAt": f"{start:%Y-%m-%d}T00:00:00.000Z", "endAt": f"{after - timedelta(1):%Y-%m-%d}T23:59:59.999Z"}
    totals = {
        "totalUsageCreditsUsdBeforeVolumeDiscount": total,
        "totalUsageCreditsUsdAfterVolumeDiscount": Figure(total),
    }
    return {"data": {"usageCycle": cycle, "monthlyServiceUsage": {}, "dailyServiceUsages": days} | totals}


def _day(begin: datetime, micros: int) -> Json:
    return {"date": zulu(begin), "serviceUsage": {}, "totalUsageCreditsUsd": Figure(dollars(micros))}


def _identify(ask: Ask) -> Key:
    return known_key(credential_after("Bearer", ask.headers), ("full", "scoped"), _USUAL[401], _USUAL[401])


def _error_body(refusal: Refusal, path: str) -> Json:
    return {"error": {"type": _TYPES.get(refusal.status, "error"), "message": wording(refusal, _USUAL)}}


def _examples(state: State) -> dict[str, dict[str, str]]:
    return {role: {"api_key": f"sandbox.{role}"} for role in ("full", "scoped")}


APIFY = Vendor(
    name="apify",
    routes=(Route("GET", "/v2/users/me/usage/monthly", _monthly),),
    identify=_identify,
    error_body=_error_body,
    examples=_examples,
)
