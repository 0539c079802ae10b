"""Exa: the team's three API keys, and the spend of each in a window of time; dollars as JSON numbers.

Roles: `service` reads everything; `search` is an ordinary key, which gets 403.
"""

from decimal import Decimal

from spend_pipeline.sandbox.accounts import Account, dollars
from spend_pipeline.sandbox.cursors import moment_of
from spend_pipeline.sandbox.keys import Key
from spend_pipeline.sandbox.state import State
from spend_pipeline.sandbox.vendor import Ask, Refusal, Route, Vendor, known_key, wording
from spend_pipeline.sandbox.windows import LENGTHS, zulu
from spend_pipeline.sandbox.wire import Figure, Json

_WEIGHTS = (7, 2, 1)


def _keys(ask: Ask, key: Key) -> Json:
    account = _account(key)
    ids = [account.identifier(f"key {n}") for n in range(len(_WEIGHTS))]
    cap = {"rateLimit": None, "budgetCents": 50_000, "isOverBudget": False}
    return {"apiKeys": [{"id": own, "name": f"service {n}"} | cap for n, own in enumerate(ids)]}


def _usage(ask: Ask, key: Key) -> Json:
    account = _account(key)
    numbers = {account.identifier(f"key {n}"): n for n in range(len(_WEIGHTS))}
    if ask.params["id"] not in numbers:
        raise Refusal(404, "API key not found")
    start = moment_of(ask.query.get("start_date", zulu(ask.now - 30 * LENGTHS["day"])), Refusal(400, "start_date"))
    end = min(moment_of(ask.query.get("end_date", zulu(ask.now)), Refusal(400, "end_date")), ask.now)
    cost: Decimal = dollars(account.shares(_WEIGHTS, start, end)[numbers[ask.params["id"]]])
    named = {"api_key_id": ask.params["id"], "team_id": account.identifier("team")}
    breakdown = [
        {"price_id": "price_neural_search", "price_name": "Neural Search", "quantity": 1000, "amount_usd": cost}
    ]
    period = {"start": zulu(start), "end": zulu(end)}
    return named | {"period": period, "total_cost_usd": Figure(cost), "cost_breakdown": breakdown}


def _account(key: Key) -> Account:
    if key.role == "search":
        raise Refusal(403)
    return Account("exa", key.account)


def _identify(ask: Ask) -> Key:
    return known_key(ask.headers.get("x-api-key"), ("service", "search"), "Unauthorized", "Unauthorized")


def _error_body(refusal: Refusal, path: str) -> Json:
    return {"error": wording(refusal, {})}


def _examples(state: State) -> dict[str, dict[str, str]]:
    return {role: {"api_key": f"sandbox.{role}"} for role in ("service", "search")}


EXA = Vendor(
    name="exa",
    routes=(
        Route("GET", "/team-management/api-keys", _keys),
        Route("GET", "/team-management/api-keys/{id}/usage", _usage),
    ),
    identify=_identify,
    error_body=_error_body,
    examples=_examples,
)
