"""Deepgram: two projects an account, each with balances and a breakdown by day; dollars as JSON numbers.

Roles: `owner` reads billing; `member` lists projects and gets 403 from their money. The header's scheme word is
`Token`. The second project has hours of an old contract as well, which are no money.
"""

from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from spend_pipeline.sandbox.accounts import Account, dollars
from spend_pipeline.sandbox.keys import Key, credential_after
from spend_pipeline.sandbox.state import State
from spend_pipeline.sandbox.vendor import Ask, Refusal, Route, Vendor, known_key, wording
from spend_pipeline.sandbox.windows import parse_moment, split
from spend_pipeline.sandbox.wire import Figure, Json

_CODES = {400: "Bad Request", 401: "INVALID_AUTH", 404: "PROJECT_NOT_FOUND", 429: "TOO_MANY_REQUESTS"}
_USUAL = {
    401: "Invalid credentials.",
    403: "Your account does not have the required scope to perform that action for this project.",
    404: "Project not found.",
}


def _projects(ask: Ask, key: Key) -> Json:
    return {"projects": [{"project_id": each, "name": name} for each, name in _named(key).items()]}


def _balances(ask: Ask, key: Key) -> Json:
    account = _own(ask, key)
    row = {"balance_id": _uuid(account, "balance"), "purchase_order_id": "signup credit"}
    rows = [row | {"amount": Figure(dollars(account.balance_at(ask.now))), "units": "usd"}]
    if account.name.endswith("batch"):
        rows.append(row | {"amount": Decimal("40.5"), "units": "hour"})
    return {"balances": rows}


def _breakdown(ask: Ask, key: Key) -> Json:
    account = _own(ask, key)
    try:
        start, last = (parse_moment(ask.query[name]) for name in ("start", "end"))
    except (KeyError, ValueError):
        raise Refusal(400, "Invalid start or end date.") from None
    days = split("day", start, min(last + timedelta(days=1), ask.now))
    resolution = {"units": "day", "amount": 1}
    results = [_row(account, first, until) for first, until in days]
    return {"start": f"{start:%F}", "end": f"{last:%F}", "resolution": resolution, "results": results}


def _row(account: Account, first: datetime, until: datetime) -> Json:
    ungrouped = dict.fromkeys(("accessor", "deployment", "line_item", "tags"))
    grouping = {"start": f"{first:%F}", "end": f"{first:%F}", **ungrouped}
    return {"dollars": Figure(dollars(account.spent(first, until))), "grouping": grouping}


def _named(key: Key) -> dict[str, str]:
    accounts = {name: Account("deepgram", f"{key.account}-{name}") for name in ("live", "batch")}
    return {_uuid(account, "project"): name for name, account in accounts.items()}


def _own(ask: Ask, key: Key) -> Account:
    if ask.params["project"] not in _named(key):
        raise Refusal(404)
    if key.role != "owner":
        raise Refusal(403)
    return Account("deepgram", f"{key.account}-{_named(key)[ask.params['project']]}")


def _uuid(account: Account, of: str) -> str:
    return str(UUID(account.identifier(of)))


def _identify(ask: Ask) -> Key:
    return known_key(credential_after("Token", ask.headers), ("owner", "member"), _USUAL[401], _USUAL[401])


def _error_body(refusal: Refusal, path: str) -> Json:
    message = wording(refusal, _USUAL)
    if refusal.status == 403:
        return {"category": "INSUFFICIENT_PERMISSIONS", "message": message, "details": "", "request_id": "sandbox"}
    return {"err_code": _CODES.get(refusal.status, "INTERNAL"), "err_msg": message, "error": message}


def _examples(state: State) -> dict[str, dict[str, str]]:
    return {role: {"api_key": f"sandbox.{role}"} for role in ("owner", "member")}


DEEPGRAM = Vendor(
    name="deepgram",
    routes=(
        Route("GET", "/v1/projects", _projects),
        Route("GET", "/v1/projects/{project}/balances", _balances),
        Route("GET", "/v1/projects/{project}/billing/breakdown", _breakdown),
    ),
    identify=_identify,
    error_body=_error_body,
    examples=_examples,
)
