"""Cohere: a check of the API key that knows no money, and the dashboard's private usage rows, one a product and day.

Roles: `api` may only be checked; `dashboard` stands in for the session token that the private route takes.
"""

import json
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from spend_pipeline.sandbox.accounts import Account, dollars
from spend_pipeline.sandbox.keys import DEFAULT_ACCOUNT, Key, credential_after
from spend_pipeline.sandbox.state import State
from spend_pipeline.sandbox.vendor import Ask, Refusal, Route, Vendor, known_key, wording
from spend_pipeline.sandbox.windows import parse_moment, split, start_of, zulu
from spend_pipeline.sandbox.wire import Figure, Json

# Product id, its name, its unit, dollars a unit, weight: each price divides a micro-dollar, so quantities are whole.
_PRODUCTS = (
    ("cmd-a-in", "Command A", "Input tokens", Decimal("0.0000005"), 5),
    ("cmd-a-out", "Command A", "Output tokens", Decimal("0.000001"), 8),
    ("embed-v4-in", "Embed 4", "Input tokens", Decimal("0.0000001"), 3),
    ("cmd-r7b-in", "Command R7B", "Input tokens", Decimal("0.00000005"), 1),
)
_USUAL = {
    401: "invalid api token",
    402: "Please add or update your payment method.",
    429: "trial key rate limit exceeded",
}


def _check_key(ask: Ask, key: Key) -> Json:
    if key.role != "api":
        raise Refusal(401)
    return {"valid": True, "organization_id": organization_of(key.account), "owner_id": _uuid(key.account, "owner")}


def _usage(ask: Ask, key: Key) -> Json:
    if key.role != "dashboard":
        raise Refusal(401)
    try:
        asked = json.loads(ask.body)["req"]
        organization, with_total = asked["orgID"], asked.get("includeTotal", False)
        after, before = parse_moment(asked["after"]), parse_moment(asked["before"])
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Refusal(400, "invalid request body") from None
    if organization != organization_of(key.account):
        raise Refusal(403, "user is not a member of this organization")
    rows = _rows(Account("cohere", key.account), after, min(before, ask.now))
    return {"usages": rows if with_total else [{k: v for k, v in row.items() if k != "total"} for row in rows]}


def _rows(account: Account, after: datetime, before: datetime) -> list[Json]:
    weights = [weight for *_, weight in _PRODUCTS]
    rows = []
    for start, end in split("day", after, before):
        for (product, name, unit, price, _), micros in zip(_PRODUCTS, account.shares(weights, start, end), strict=True):
            named = {"productID": product, "productName": name, "productUnit": unit}
            total = dollars(micros)
            counted = {"quantity": int(total / price), "time": zulu(start_of("day", start)), "total": Figure(total)}
            rows.append(named | counted)
    return rows


def organization_of(account_name: str) -> str:
    """The id of the organization that an account name stands for."""
    return _uuid(account_name, "organization")


def _uuid(account_name: str, of: str) -> str:
    return str(UUID(Account("cohere", account_name).identifier(of)))


def _identify(ask: Ask) -> Key:
    sent = credential_after("Bearer", ask.headers)
    return known_key(sent, ("api", "dashboard"), "no api key supplied", "invalid api token")


def _error_body(refusal: Refusal, path: str) -> Json:
    return {"message": wording(refusal, _USUAL)}


def _examples(state: State) -> dict[str, dict[str, str]]:
    dashboard = {"dashboard_token": "sandbox.dashboard", "organization_id": organization_of(DEFAULT_ACCOUNT)}
    return {"key": {"api_key": "sandbox.api"}, "dashboard": {"api_key": "sandbox.api", **dashboard}}


COHERE = Vendor(
    name="cohere",
    routes=(
        Route("POST", "/v1/check-api-key", _check_key),
        Route("POST", "/rpc/BlobheartAPI/GetAPIUsage", _usage),
    ),
    identify=_identify,
    error_body=_error_body,
    examples=_examples,
)
