"""Together: finished usage windows behind a cursor, in decimal strings, and an undocumented balance in cents.

Roles: `project` reads everything; `optedout` belongs to an organization without the usage beta, which gets 404.
Hours count through the last completed one, days through yesterday: today's money is only there by the hour.
"""

import re
from datetime import UTC, datetime
from decimal import Decimal

from spend_pipeline.sandbox.accounts import Account, dollars
from spend_pipeline.sandbox.cursors import cursor_at, position_of, whole_number
from spend_pipeline.sandbox.keys import DEFAULT_ACCOUNT, Key, credential_after
from spend_pipeline.sandbox.state import State
from spend_pipeline.sandbox.vendor import Ask, Refusal, Route, Vendor, known_key, wording
from spend_pipeline.sandbox.windows import split, start_after, start_of, zulu
from spend_pipeline.sandbox.wire import Figure, Json

PAGE = 100
# Product name, model, dollars a unit, weight: each price divides a micro-dollar, so quantities are whole.
_PRODUCTS = (
    ("Serverless Inference - Input Tokens", "meta-llama/Llama-3.3-70B", "0.0000002", 6),
    ("Serverless Inference - Output Tokens", "meta-llama/Llama-3.3-70B", "0.0000005", 7),
    ("Serverless Inference - Output Tokens", "deepseek-ai/DeepSeek-V3", "0.000001", 3),
)
_CODES = {401: "invalid_api_key", 429: "rate_limit_exceeded"}
_USUAL = {
    400: "Invalid request",
    401: "Invalid API key provided. You can find your API key at https://api.together.xyz/settings/api-keys.",
    404: "Not found",
    429: "Rate limit exceeded",
}


def _whoami(ask: Ask, key: Key) -> Json:
    account = Account("together", key.account)
    organization = {"organization_id": organization_of(key.account), "organization_name": key.account}
    project = {
        "project_id": f"proj_{account.identifier('project')[:12]}",
        "project_name": "Default",
        "project_slug": "default",
    }
    return {"api_key_id": "key_1"} | organization | project


def _usage(ask: Ask, key: Key) -> Json:
    own = organization_of(key.account)
    if key.role == "optedout" or ask.query.get("organization_id", own) != own:
        raise Refusal(404)
    windows = _windows(ask)
    size = whole_number(ask.query.get("limit", str(PAGE)), 1, 1000, Refusal(400))
    position = position_of(ask.query.get("cursor"))
    data = [_window(Account("together", key.account), start, end) for start, end in windows[position : position + size]]
    bounds = {
        "earliest_window_start": zulu(windows[0][0]) if windows else None,
        "latest_window_end": zulu(windows[-1][1]) if windows else None,
    }
    about = {
        "object": "list",
        "organization_id": own,
        "billing_period": f"{_asked_month(ask):%Y-%m}",
        "currency": "USD",
    }
    return about | bounds | {"next_cursor": cursor_at(position + size, len(windows)), "data": data}


def _windows(ask: Ask) -> list[tuple[datetime, datetime]]:
    granularity = ask.query.get("granularity", "day")
    if granularity not in ("day", "hour"):
        raise Refusal(400, "Invalid granularity")
    month = _asked_month(ask)
    return list(split(granularity, month, min(start_after("month", month), start_of(granularity, ask.now))))


def _asked_month(ask: Ask) -> datetime:
    text = ask.query.get("month", f"{ask.now:%Y-%m}")
    if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", text, re.ASCII) or text.startswith("0000"):
        raise Refusal(400, "Invalid month")
    return datetime.fromisoformat(f"{text}-01").replace(tzinfo=UTC)


def _window(account: Account, start: datetime, end: datetime) -> Json:
    shares = account.shares([weight for *_, weight in _PRODUCTS], start, end)
    items = []
    for (product, model, price, _), micros in zip(_PRODUCTS, shares, strict=True):
        cost = dollars(micros)
        counted = {"product_name": product, "quantity": str(int(cost / Decimal(price))), "unit_price": price}
        labels = {"pricing_dimensions": {"model": model}, "attributes": {"api_key_id": "key_1"}}
        items.append(counted | {"cost": Figure(cost, quoted=True)} | labels)
    return {"date": f"{start:%Y-%m-%d}", "start_time": zulu(start), "end_time": zulu(end), "line_items": items}


def _balance(ask: Ask, key: Key) -> Json:
    if ask.params["organization"] != organization_of(key.account):
        raise Refusal(403, "You do not have access to this organization")
    account = Account("together", key.account)
    cents = Figure(Decimal(account.balance_at(ask.now) // 10_000))
    cycle = account.spent(start_of("month", ask.now), ask.now) // 10_000
    return {
        "totalOngoingBalanceCents": cents,
        "ongoingBalance": {"value_cents": cents},
        "ongoingBillingCycleUsage": {"value_cents": cycle},
    }


def organization_of(account_name: str) -> str:
    """The id of the organization that an account name stands for."""
    return f"org_{Account('together', account_name).identifier('organization')[:12]}"


def _identify(ask: Ask) -> Key:
    missing = "Missing API key. You can find your API key at https://api.together.xyz/settings/api-keys."
    return known_key(credential_after("Bearer", ask.headers), ("project", "optedout"), missing, _USUAL[401])


def _error_body(refusal: Refusal, path: str) -> Json:
    kind = "server_error" if refusal.status >= 500 else "invalid_request_error"
    named = {"message": wording(refusal, _USUAL), "type": kind, "param": None}
    return {"error": named | {"code": _CODES.get(refusal.status)}}


def _examples(state: State) -> dict[str, dict[str, str]]:
    organization = {"organization_id": organization_of(DEFAULT_ACCOUNT)}
    keys = {role: {"api_key": f"sandbox.{role}"} for role in ("project", "optedout")}
    return keys | {"organization": keys["project"] | organization}


TOGETHER = Vendor(
    name="together",
    routes=(
        Route("GET", "/v1/whoami", _whoami),
        Route("GET", "/v1/billing/usage", _usage),
        Route("GET", "/api/billing/organizations/{organization}/ongoing-balance", _balance),
    ),
    identify=_identify,
    error_body=_error_body,
    examples=_examples,
)
