"""Fireworks: cost lines between two dates in whole dollars and nanodollars, parts that are 0 left out.

Roles: `ordinary` reads its one account; `two` reads another one too, on a second page of accounts.
"""

from datetime import datetime, timedelta
from decimal import Decimal

from spend_pipeline.sandbox.accounts import Account
from spend_pipeline.sandbox.cursors import cursor_at, position_of
from spend_pipeline.sandbox.keys import DEFAULT_ACCOUNT, Key, credential_after
from spend_pipeline.sandbox.state import State
from spend_pipeline.sandbox.vendor import Ask, Refusal, Route, Vendor, known_key, wording
from spend_pipeline.sandbox.windows import parse_moment, start_of
from spend_pipeline.sandbox.wire import Figure, Json

_LINES = (
    ("Serverless inference", "deepseek-v3p1", 6),
    ("Serverless inference", "kimi-k2", 3),
    ("Fine-tuning", "qwen3-8b", 1),
)
_CODES = {400: 3, 403: 7, 404: 5, 429: 8, 501: 12}  # those of gRPC
_USUAL = {401: "The API key you provided is invalid.", 404: "account not found"}


def _accounts(ask: Ask, key: Key) -> Json:
    names, position = _names(key), position_of(ask.query.get("pageToken"))
    page = [{"name": f"accounts/{slug_of(name)}", "displayName": name} for name in names[position : position + 1]]
    return {"accounts": page, "nextPageToken": cursor_at(position + 1, len(names)) or "", "totalSize": len(names)}


def _summary(ask: Ask, key: Key) -> Json:
    account = next((name for name in _names(key) if slug_of(name) == ask.params["account"]), None)
    if account is None:
        raise Refusal(404)
    start, end = _day(ask, "startTime"), _day(ask, "endTime")
    if not start < end <= start + timedelta(days=31):
        raise Refusal(400, "the range must be of 1 to 31 days")
    weights = [weight for *_, weight in _LINES]
    shares = Account("fireworks", account).shares(weights, min(start, ask.now), min(end, ask.now))
    lines = [_line(category, model, micros) for (category, model, _), micros in zip(_LINES, shares, strict=True)]
    return ({"lineItems": lines} if any(shares) else {}) | {"usageBuckets": []}


def _line(category: str, model: str, micros: int) -> Json:
    named = {"category": category, "groupingKey": "model", "groupingValue": model, "series": "SERVERLESS"}
    price = {"currencyCode": "USD", "nanos": 500}
    return named | {"quantity": micros * 2, "unitAmount": price, "totalCost": _money(micros)}


def _money(micros: int) -> Json:
    units, nanos = micros // 1_000_000, micros % 1_000_000 * 1000
    whole = {"units": Figure(str(units), quoted=True)} if units else {}
    return {"currencyCode": "USD"} | whole | ({"nanos": Figure(Decimal(nanos))} if nanos else {})


def _day(ask: Ask, name: str) -> datetime:
    """The date of a parameter; its time does not count."""
    try:
        return start_of("day", parse_moment(ask.query[name]))
    except (KeyError, ValueError):
        raise Refusal(400, f"{name} is required") from None


def _names(key: Key) -> list[str]:
    return [key.account, f"{key.account}-labs"] if key.role == "two" else [key.account]


def slug_of(account_name: str) -> str:
    """The short name of an account, as it stands in paths."""
    return f"{account_name}-{Account('fireworks', account_name).identifier('account')[:4]}"


def _identify(ask: Ask) -> Key:
    return known_key(credential_after("Bearer", ask.headers), ("ordinary", "two"), _USUAL[401], _USUAL[401])


def _error_body(refusal: Refusal, path: str) -> Json:
    message = wording(refusal, _USUAL)
    if refusal.status == 401:
        named = {"object": "error", "type": "invalid_request_error", "code": "UNAUTHORIZED"}
        return {"error": named | {"message": message}}
    return {"code": _CODES.get(refusal.status, 13), "message": message, "details": []}


def _examples(state: State) -> dict[str, dict[str, str]]:
    keys = {role: {"api_key": f"sandbox.{role}"} for role in ("ordinary", "two")}
    return keys | {"account": keys["two"] | {"account_id": slug_of(DEFAULT_ACCOUNT)}}


FIREWORKS = Vendor(
    name="fireworks",
    routes=(Route("GET", "/v1/accounts", _accounts), Route("GET", "/v1/accounts/{account}/billing/summary", _summary)),
    identify=_identify,
    error_body=_error_body,
    examples=_examples,
)
