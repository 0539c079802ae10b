"""Requesty: the organization's balance, and spend by day of it or of the calling key; text and numbers in turn.

Roles: `manage` reads the organization; `completions` only itself, which is a third of it (403 elsewhere).
"""

from decimal import Decimal

from spend_pipeline.sandbox.accounts import Account, dollars
from spend_pipeline.sandbox.cursors import moment_of
from spend_pipeline.sandbox.keys import Key, credential_after
from spend_pipeline.sandbox.state import State
from spend_pipeline.sandbox.vendor import Ask, Refusal, Route, Vendor, known_key, wording
from spend_pipeline.sandbox.windows import split
from spend_pipeline.sandbox.wire import Figure, Json

_USUAL = {401: "Invalid API key", 403: "Insufficient permissions"}


def _organization(ask: Ask, key: Key) -> Json:
    balance = dollars(_account(key).balance_at(ask.now))
    return {"name": key.account, "balance": Figure(balance, quoted=True)}


def _organization_usage(ask: Ask, key: Key) -> Json:
    return _usage(ask, _account(key), (1, 0))


def _own_usage(ask: Ask, key: Key) -> Json:
    return _usage(ask, Account("requesty", key.account), (1, 2))


def _usage(ask: Ask, account: Account, weights: tuple[int, int]) -> Json:
    if ask.query.get("resolution") != "day":
        raise Refusal(400, "the sandbox has days only")
    start, end = (moment_of(ask.query.get(name, ""), Refusal(400, name)) for name in ("start", "end"))
    days = split("day", start, min(end, ask.now))
    spend = {begin: dollars(account.shares(weights, begin, until)[0]) for begin, until in days}
    return {"usage": {f"{begin:%Y-%m-%d}": _day(cost, begin.day % 2 == 0) for begin, cost in spend.items()}}


def _day(cost: Decimal, quoted: bool) -> Json:
    return {"spend": Figure(cost, quoted=quoted), "total_requests": 10, "total_tokens": 2000}


def _account(key: Key) -> Account:
    if key.role == "completions":
        raise Refusal(403)
    return Account("requesty", key.account)


def _identify(ask: Ask) -> Key:
    return known_key(credential_after("Bearer", ask.headers), ("manage", "completions"), _USUAL[401], _USUAL[401])


def _error_body(refusal: Refusal, path: str) -> Json:
    return {"error": {"origin": "router", "message": wording(refusal, _USUAL)}}


def _examples(state: State) -> dict[str, dict[str, str]]:
    return {role: {"api_key": f"sandbox.{role}"} for role in ("manage", "completions")}


REQUESTY = Vendor(
    name="requesty",
    routes=(
        Route("GET", "/v1/manage/org", _organization),
        Route("GET", "/v1/manage/org/usage", _organization_usage),
        Route("GET", "/v1/manage/apikey/self/usage", _own_usage),
    ),
    identify=_identify,
    error_body=_error_body,
    examples=_examples,
)
