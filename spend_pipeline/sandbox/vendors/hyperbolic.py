"""Hyperbolic: the balance in whole cents, by the present route and by the older one of another host.

Roles: `any`; `older` finds no present route (404), as on a host that does not have it yet.
"""

from decimal import Decimal

from spend_pipeline.sandbox.accounts import Account
from spend_pipeline.sandbox.keys import Key, credential_after
from spend_pipeline.sandbox.state import State
from spend_pipeline.sandbox.vendor import Ask, Refusal, Route, Vendor, known_key, wording
from spend_pipeline.sandbox.wire import Figure, Json


def _balance(ask: Ask, key: Key) -> Json:
    if key.role == "older":
        raise Refusal(404)
    return {"balanceCents": _cents(ask, key), "maxOverdraftCents": 0}


def _older_balance(ask: Ask, key: Key) -> Json:
    return {"credits": _cents(ask, key)}


def _cents(ask: Ask, key: Key) -> Figure:
    return Figure(Decimal(Account("hyperbolic", key.account).balance_at(ask.now) // 10_000))


def _identify(ask: Ask) -> Key:
    return known_key(credential_after("Bearer", ask.headers), ("any", "older"), "Unauthorized", "Unauthorized")


def _error_body(refusal: Refusal, path: str) -> Json:
    return {"message": wording(refusal, {})}


def _examples(state: State) -> dict[str, dict[str, str]]:
    return {role: {"api_key": f"sandbox.{role}"} for role in ("any", "older")}


HYPERBOLIC = Vendor(
    name="hyperbolic",
    routes=(
        Route("GET", "/v2/customer/balance", _balance),
        Route("GET", "/billing/get_current_balance", _older_balance),
    ),
    identify=_identify,
    error_body=_error_body,
    examples=_examples,
)
