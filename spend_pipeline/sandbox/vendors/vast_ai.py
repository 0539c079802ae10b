"""Vast.ai: the prepaid credit, and charges of 25 contracts, one a day each, in pages behind a token; dollars.

Roles: `full`. No key is 403 and an unknown one 404, as the vendor has it; each charge's item repeats its amount.
"""

import json
from datetime import UTC, datetime

from spend_pipeline.sandbox.accounts import Account, dollars, draw
from spend_pipeline.sandbox.cursors import cursor_at, position_of, whole_number
from spend_pipeline.sandbox.keys import Key, credential_after, parse_key
from spend_pipeline.sandbox.state import State
from spend_pipeline.sandbox.vendor import Ask, Refusal, Route, Vendor, wording
from spend_pipeline.sandbox.windows import split
from spend_pipeline.sandbox.wire import Figure, Json

CONTRACTS = 25
_CODES = {400: "invalid_args", 403: "auth_error", 404: "auth_error", 429: "too_many_requests"}
_USUAL = {403: "This action requires login", 404: "Invalid user key", 429: "API requests too frequent"}


def _user(ask: Ask, key: Key) -> Json:
    account = Account("vast_ai", key.account)
    credit = Figure(dollars(account.balance_at(ask.now)))
    named = {"id": int(account.identifier("user")[:7], 16), "email": f"ops@{key.account}.example"}
    return named | {"balance": 0.0, "credit": credit, "balance_threshold": 5.0, "can_pay": True}


def _charges(ask: Ask, key: Key) -> Json:
    start, end = _asked_days(ask.query.get("select_filters", ""))
    size = whole_number(ask.query.get("limit", "100"), 1, 500, Refusal(400, "limit"))
    account = Account("vast_ai", key.account)
    weights = [draw(f"{account.seed} contract {n}", 1, 9) for n in range(CONTRACTS)]
    rows = [
        _charge(n, begin, until, micros)
        for begin, until in split("day", start, min(end, ask.now))
        for n, micros in enumerate(account.shares(weights, begin, until))
    ]
    position = position_of(ask.query.get("after_token"))
    page = rows[position : position + size]
    following = cursor_at(position + size, len(rows))
    return {"success": True, "count": len(page), "total": len(rows), "next_token": following, "results": page}


def _charge(n: int, begin: datetime, until: datetime, micros: int) -> Json:
    bounds = {"start": int(begin.timestamp()), "end": int(until.timestamp())}
    item: Json = bounds | {"type": "gpu", "source": None, "amount": dollars(micros), "items": []}
    kind = ("instance", "volume", "serverless")[n % 3]
    named = {"type": kind, "source": f"{kind}-{1000 + n}", "description": f"{kind} charges", "metadata": {}}
    return bounds | named | {"amount": Figure(dollars(micros)), "items": [item]}


def _asked_days(filters: str) -> tuple[datetime, datetime]:
    try:
        day = json.loads(filters)["day"]
        return datetime.fromtimestamp(day["gte"], UTC), datetime.fromtimestamp(day["lte"], UTC)
    except (ValueError, KeyError, TypeError):
        raise Refusal(400, "day range is required") from None


def _identify(ask: Ask) -> Key:
    secret = credential_after("Bearer", ask.headers)
    if secret is None:
        raise Refusal(403)
    key = parse_key(secret)
    if key is None or key.role != "full":
        raise Refusal(404)
    return key


def _error_body(refusal: Refusal, path: str) -> Json:
    return {"success": False, "error": _CODES.get(refusal.status, "error"), "msg": wording(refusal, _USUAL)}


def _examples(state: State) -> dict[str, dict[str, str]]:
    return {"full": {"api_key": "sandbox.full"}}


VAST_AI = Vendor(
    name="vast_ai",
    routes=(Route("GET", "/api/v0/users/current/", _user), Route("GET", "/api/v0/charges/", _charges)),
    identify=_identify,
    error_body=_error_body,
    examples=_examples,
)
