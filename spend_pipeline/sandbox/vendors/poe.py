"""Poe: points that are left, and one query an hour of the last 30 days, the newest first; whole points.

Role: `api`. The last query's id asks for the next page.
"""

from datetime import datetime, timedelta

from spend_pipeline.sandbox.accounts import Account
from spend_pipeline.sandbox.cursors import whole_number
from spend_pipeline.sandbox.keys import Key, credential_after
from spend_pipeline.sandbox.state import State
from spend_pipeline.sandbox.vendor import Ask, Refusal, Route, Vendor, known_key, wording
from spend_pipeline.sandbox.windows import split, start_of
from spend_pipeline.sandbox.wire import Figure, Json

_MICROS = 30  # a point
_KEPT = timedelta(days=30)
_CODES = {401: "invalid_api_key", 429: "rate_limit_exceeded"}
_USUAL = {400: "Invalid request", 401: "Invalid API key provided"}


def _balance(ask: Ask, key: Key) -> Json:
    return {"current_point_balance": Figure(str(_account(key).balance_at(ask.now) // _MICROS))}


def _history(ask: Ask, key: Key) -> Json:
    size = whole_number(ask.query.get("limit", "20"), 1, 100, Refusal(400))
    oldest = start_of("hour", ask.now - _KEPT) + timedelta(hours=1)
    hours = list(split("hour", oldest, ask.now))[::-1]
    ids = [_id(start) for start, _ in hours]
    after = ask.query.get("starting_after")
    if after is not None and after not in ids:
        raise Refusal(400, "Unknown query id")
    position = ids.index(after) + 1 if after is not None else 0
    data = [_query(_account(key), start, end) for start, end in hours[position : position + size]]
    return {"has_more": position + size < len(hours), "length": len(data), "data": data}


def _query(account: Account, start: datetime, end: datetime) -> Json:
    points = Figure(str(account.spent(start, end) // _MICROS))
    made = int(start.timestamp()) * 1_000_000
    named = {"query_id": _id(start), "creation_time": made, "bot_name": "Claude-Sonnet-4.5", "usage_type": "API"}
    return named | {"cost_points": points}


def _id(start: datetime) -> str:
    return f"lt{start:%Y%m%d%H}"


def _account(key: Key) -> Account:
    return Account("poe", key.account, step=_MICROS)


def _identify(ask: Ask) -> Key:
    return known_key(credential_after("Bearer", ask.headers), ("api",), _USUAL[401], _USUAL[401])


def _error_body(refusal: Refusal, path: str) -> Json:
    kind = "server_error" if refusal.status >= 500 else "invalid_request_error"
    return {"error": {"message": wording(refusal, _USUAL), "type": kind, "code": _CODES.get(refusal.status)}}


def _examples(state: State) -> dict[str, dict[str, str]]:
    return {"api": {"api_key": "sandbox.api"}}


POE = Vendor(
    name="poe",
    routes=(Route("GET", "/usage/current_balance", _balance), Route("GET", "/usage/points_history", _history)),
    identify=_identify,
    error_body=_error_body,
    examples=_examples,
)
