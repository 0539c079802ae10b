"""OpenRouter: lifetime credits, and the spend of 230 keys in pages of 100 by offset; dollars as JSON numbers.

Roles: `management` reads everything; `ordinary` gets 403 from /credits; `zeros` gets zeros there, as some keys do.
The calling ordinary key is the account's first; a management key spends nothing itself.
"""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from spend_pipeline.sandbox.accounts import OPENED, Account, dollars, draw
from spend_pipeline.sandbox.cursors import whole_number
from spend_pipeline.sandbox.keys import Key, credential_after
from spend_pipeline.sandbox.state import State
from spend_pipeline.sandbox.vendor import Ask, Refusal, Route, Vendor, known_key, wording
from spend_pipeline.sandbox.windows import start_of
from spend_pipeline.sandbox.wire import Figure, Json

KEYS = 230
PAGE = 100
_PERIODS = {"usage_daily": "day", "usage_weekly": "week", "usage_monthly": "month"}
_USUAL = {
    400: "Invalid request parameters",
    401: "No auth credentials found",
    402: "Insufficient credits",
    403: "Only management keys can perform this operation",
    404: "Resource not found",
    408: "Operation timed out. Please try again later.",
    429: "Rate limit exceeded",
}


def _credits(ask: Ask, key: Key) -> Json:
    if key.role == "ordinary":
        raise Refusal(403)
    account = _account(key)
    bought, spent = account.bought_by(ask.now), account.spent_by(ask.now)
    if key.role == "zeros":
        bought = spent = 0
    return {"data": {"total_credits": Figure(dollars(bought)), "total_usage": Figure(dollars(spent))}}


def _key(ask: Ask, key: Key) -> Json:
    managing = key.role == "management"
    usage = {name: 0 if managing else micros[0] for name, micros in _usage_by_key(_account(key), ask.now).items()}
    about = {"is_free_tier": False, "is_management_key": managing, "is_provisioning_key": managing}
    rate = {"rate_limit": {"requests": 1000, "interval": "1h", "note": "deprecated"}}
    return {"data": _limits(0, "sk-or-v1-sbx...000") | _amounts(usage, byok=False) | about | _dates() | rate}


def _keys(ask: Ask, key: Key) -> Json:
    if key.role != "management":
        raise Refusal(403)
    offset = whole_number(ask.query.get("offset", "0"), 0, 1_000_000, Refusal(400))
    account = _account(key)
    usage = _usage_by_key(account, ask.now)
    listed = [n for n in range(KEYS) if not _is_disabled(n) or ask.query.get("include_disabled") == "true"]
    return {"data": [_listed_key(account, n, usage) for n in listed[offset : offset + PAGE]]}


def _listed_key(account: Account, n: int, usage: dict[str, Sequence[int]]) -> Json:
    amounts = _amounts({name: micros[n] for name, micros in usage.items()}, byok=n % 7 == 3)
    named = {"hash": account.identifier(f"key {n}") * 2, "name": f"service {n}", "disabled": _is_disabled(n)}
    since = {"created_at": "2025-01-06T09:00:00.000000+00:00", "updated_at": None}
    return (
        named
        | _limits(n, f"sk-or-v1-sbx...{n:03}")
        | amounts
        | since
        | _dates()
        | {"workspace_id": _workspace(account)}
    )


def _usage_by_key(account: Account, now: datetime) -> dict[str, Sequence[int]]:
    weights = [draw(f"{account.seed} key {n}", 1, 40) for n in range(KEYS)]
    since = {name: start_of(period, now) for name, period in _PERIODS.items()}
    return {name: account.shares(weights, start, now) for name, start in {"usage": OPENED, **since}.items()}


def _amounts(usage: dict[str, int], byok: bool) -> Json:
    own = {name: Figure(dollars(micros)) for name, micros in usage.items()}
    # Bring-your-own-key spend is another vendor's bill: a reader that adds it to usage counts money nobody paid here.
    upstream = {f"byok_{name}": dollars(micros) / 2 if byok else Decimal(0) for name, micros in usage.items()}
    return own | upstream


def _limits(n: int, label: str) -> Json:
    capped = n % 5 == 0
    limits = {"limit": 50 if capped else None, "limit_remaining": 38.25 if capped else None}
    return {"label": label, **limits, "limit_reset": "monthly" if capped else None, "include_byok_in_limit": False}


def _dates() -> Json:
    return {"expires_at": None, "creator_user_id": "user_sandbox"}


def _is_disabled(n: int) -> bool:
    return n % 23 == 5


def _workspace(account: Account) -> str:
    return account.identifier("workspace")


def _account(key: Key) -> Account:
    return Account("openrouter", key.account)


def _identify(ask: Ask) -> Key:
    roles = ("management", "ordinary", "zeros")
    return known_key(credential_after("Bearer", ask.headers), roles, "Missing Authentication header", "User not found.")


def _error_body(refusal: Refusal, path: str) -> Json:
    return {"error": {"code": refusal.status, "message": wording(refusal, _USUAL)}}


def _examples(state: State) -> dict[str, dict[str, str]]:
    return {role: {"api_key": f"sandbox.{role}"} for role in ("management", "ordinary", "zeros")}


OPENROUTER = Vendor(
    name="openrouter",
    routes=(
        Route("GET", "/api/v1/credits", _credits),
        Route("GET", "/api/v1/key", _key),
        Route("GET", "/api/v1/keys", _keys),
    ),
    identify=_identify,
    error_body=_error_body,
    examples=_examples,
)
