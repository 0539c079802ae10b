"""ElevenLabs: credits of a plan's period, and a table of credits by day and product.

Roles: `api` reads both; `plan` lacks analytics, `speech` lacks both, and either is answered 401 as a wrong key is. A
day's row is there once something was spent on it.
"""

import json
from datetime import UTC, datetime

from spend_pipeline.sandbox.accounts import Account
from spend_pipeline.sandbox.keys import Key
from spend_pipeline.sandbox.state import State
from spend_pipeline.sandbox.vendor import Ask, Refusal, Route, Vendor, known_key, wording
from spend_pipeline.sandbox.windows import split, start_of, zulu
from spend_pipeline.sandbox.wire import Figure, Json

_MICROS = 1000  # a credit
_LIMIT = 131_000
_PRODUCTS = {"TTS": 5, "STT": 2}
_UNKNOWN = "Invalid API key"
_LACKING = "The API key you used is missing the permission {} to execute this operation."


def _subscription(ask: Ask, key: Key) -> Json:
    if key.role == "speech":
        raise Refusal(401, _LACKING.format("user_read"))
    used = _account(key).spent(start_of("month", ask.now), ask.now) // _MICROS % _LIMIT
    invoice = {"amount_due_cents": 2200, "discounts": [], "next_payment_attempt_unix": None}
    return {
        "tier": "creator",
        "character_count": Figure(str(used)),
        "character_limit": Figure(str(_LIMIT)),
        "next_character_count_reset_unix": None,
        "currency": "usd",
        "current_overage": {"amount": "0", "currency": "usd"},
        "status": "active",
        "next_invoice": invoice,
    }


def _usage(ask: Ask, key: Key) -> Json:
    if key.role != "api":
        raise Refusal(401, _LACKING.format("workspace_analytics"))
    try:
        asked = json.loads(ask.body)
        start, end = (datetime.fromtimestamp(asked[name] / 1000, UTC) for name in ("start_time", "end_time"))
        daily = asked["interval_seconds"] == 86400
    except (ValueError, KeyError, TypeError):
        raise Refusal(422, "field required") from None
    if not daily or start.year < 2020:
        raise Refusal(422, "value is not in the permitted range")
    rows = [
        [zulu(start_of("day", first)), product, Figure(str(micros // _MICROS))]
        for first, until in split("day", start, min(end, ask.now))
        for product, micros in zip(
            _PRODUCTS, _account(key).shares(tuple(_PRODUCTS.values()), first, until), strict=True
        )
        if micros
    ]
    kinds = {"column_types": ["DateTime", "String", "Float"], "column_units": [None, None, "credits"]}
    return {"columns": ["time", "product_type", "usage"], **kinds, "rows": rows}


def _account(key: Key) -> Account:
    return Account("elevenlabs", key.account, step=_MICROS)


def _identify(ask: Ask) -> Key:
    return known_key(ask.headers.get("xi-api-key"), ("api", "plan", "speech"), _UNKNOWN, _UNKNOWN)


def _error_body(refusal: Refusal, path: str) -> Json:
    message = wording(refusal, {401: _UNKNOWN})
    if refusal.status == 422:
        return {"detail": [{"loc": ["body"], "msg": message, "type": "value_error"}]}
    if refusal.status == 401 and message != _UNKNOWN:
        named = {"type": "authentication_error", "code": "unauthorized", "status": "missing_permissions"}
        return {"detail": named | {"message": message}}
    return {"detail": {"status": "invalid_api_key" if refusal.status == 401 else "error", "message": message}}


def _examples(state: State) -> dict[str, dict[str, str]]:
    return {role: {"api_key": f"sandbox.{role}"} for role in ("api", "plan", "speech")}


ELEVENLABS = Vendor(
    name="elevenlabs",
    routes=(
        Route("GET", "/v1/user/subscription", _subscription),
        Route("POST", "/v1/workspace/analytics/query/usage-by-product-over-time", _usage),
    ),
    identify=_identify,
    error_body=_error_body,
    examples=_examples,
)
