"""Anthropic: the organization's cost report by UTC day, as text in cents; behind a page token.

Roles: `admin` reads the report; `ordinary` is an inference key and gets 403. Every day of a window is listed, the
running one once `ending_at` lies behind its end.
"""

from datetime import datetime, timedelta

from spend_pipeline.sandbox.accounts import Account, dollars
from spend_pipeline.sandbox.cursors import cursor_at, position_of, whole_number
from spend_pipeline.sandbox.keys import Key
from spend_pipeline.sandbox.state import State
from spend_pipeline.sandbox.vendor import Ask, Refusal, Route, Vendor, known_key, wording
from spend_pipeline.sandbox.windows import parse_moment, split, start_after, start_of, zulu
from spend_pipeline.sandbox.wire import Figure, Json

_WEIGHTS = (5, 2)  # two lines a day, which only count together
_TYPES = {
    400: "invalid_request_error",
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    429: "rate_limit_error",
    529: "overloaded_error",
}
_USUAL = {401: "invalid x-api-key", 403: "Your API key does not have permission to use the specified resource"}


def _cost_report(ask: Ask, key: Key) -> Json:
    if key.role != "admin":
        raise Refusal(403)
    try:
        start = start_of("day", parse_moment(ask.query["starting_at"]))
        end = parse_moment(ask.query.get("ending_at", zulu(ask.now)))
    except (KeyError, ValueError):
        raise Refusal(400, "starting_at: invalid date") from None
    size = whole_number(ask.query.get("limit", "7"), 1, 31, Refusal(400, "limit: out of range"))
    last = min(end, start_after("day", start_of("day", ask.now)))
    days = [first for first, _ in split("day", start, last) if first + timedelta(days=1) <= end]
    position = position_of(ask.query.get("page"))
    following = cursor_at(position + size, len(days))
    account = Account("anthropic", key.account)
    data = [_bucket(account, day, ask.now) for day in days[position : position + size]]
    return {"data": data, "has_more": following is not None, "next_page": following}


def _bucket(account: Account, start: datetime, now: datetime) -> Json:
    end = start + timedelta(days=1)
    ungrouped = ("workspace_id", "description", "cost_type", "context_window", "model", "service_tier", "token_type")
    results = [
        {"currency": "USD", "amount": Figure(dollars(micros) * 100, quoted=True), **dict.fromkeys(ungrouped)}
        for micros in account.shares(_WEIGHTS, start, min(end, now))
        if micros
    ]
    return {"starting_at": zulu(start), "ending_at": zulu(end), "results": results}


def _identify(ask: Ask) -> Key:
    key = known_key(ask.headers.get("x-api-key"), ("admin", "ordinary"), "x-api-key header is required", _USUAL[401])
    if "anthropic-version" not in ask.headers:
        raise Refusal(400, "anthropic-version: header is required")
    return key


def _error_body(refusal: Refusal, path: str) -> Json:
    error = {"type": _TYPES.get(refusal.status, "api_error"), "message": wording(refusal, _USUAL)}
    return {"type": "error", "error": error, "request_id": "req_sandbox"}


def _examples(state: State) -> dict[str, dict[str, str]]:
    return {role: {"api_key": f"sandbox.{role}"} for role in ("admin", "ordinary")}


ANTHROPIC = Vendor(
    name="anthropic",
    routes=(Route("GET", "/v1/organizations/cost_report", _cost_report),),
    identify=_identify,
    error_body=_error_body,
    examples=_examples,
)
