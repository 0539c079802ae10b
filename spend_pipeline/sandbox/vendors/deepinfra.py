"""DeepInfra: money in Stripe, negative where prepaid, and the recent spend on top, in dollars; usage in cents.

Roles: `owner` reads everything; `limited` gets 403. Usage from a moment on is of its month, from that moment.
"""

from datetime import UTC, datetime
from decimal import Decimal

from spend_pipeline.sandbox.accounts import Account, dollars
from spend_pipeline.sandbox.cursors import whole_number
from spend_pipeline.sandbox.keys import Key, credential_after
from spend_pipeline.sandbox.state import State
from spend_pipeline.sandbox.vendor import Ask, Refusal, Route, Vendor, known_key, wording
from spend_pipeline.sandbox.windows import start_of
from spend_pipeline.sandbox.wire import Figure, Json

_USUAL = {401: "User is not logged in", 403: "This key may not read billing"}


def _checklist(ask: Ask, key: Key) -> Json:
    account = _account(key)
    recent = account.spent(start_of("month", ask.now), ask.now)
    prepaid = account.balance_at(ask.now) + recent
    flags = {"email": True, "billing_address": True, "payment_method": True, "suspended": False, "suspend_reason": None}
    return flags | {"stripe_balance": Figure(dollars(-prepaid)), "recent": Figure(dollars(recent)), "limit": None}


def _usage(ask: Ask, key: Key) -> Json:
    account = _account(key)
    asked = ask.query.get("from", "current")
    month = start_of("month", ask.now)
    start = month if asked == "current" else datetime.fromtimestamp(whole_number(asked, 0, 2**32, Refusal(400)), UTC)
    cents = Decimal(account.spent(max(start, month), ask.now)) / 10_000
    item = {"units": int(cents / Decimal("0.000014")), "rate": 0.000014, "cost": cents, "pricing_type": "input_tokens"}
    known = {"period": f"{month:%Y.%m}", "total_cost": Figure(cents), "invoice_id": "NOT_FINAL", "items": [item]}
    return {"months": [known], "initial_month": "2024.01"}


def _account(key: Key) -> Account:
    if key.role == "limited":
        raise Refusal(403)
    return Account("deepinfra", key.account)


def _identify(ask: Ask) -> Key:
    return known_key(credential_after("Bearer", ask.headers), ("owner", "limited"), _USUAL[401], _USUAL[401])


def _error_body(refusal: Refusal, path: str) -> Json:
    return {"detail": {"error": wording(refusal, _USUAL)}}


def _examples(state: State) -> dict[str, dict[str, str]]:
    return {role: {"api_key": f"sandbox.{role}"} for role in ("owner", "limited")}


DEEPINFRA = Vendor(
    name="deepinfra",
    routes=(Route("GET", "/payment/checklist", _checklist), Route("GET", "/payment/usage", _usage)),
    identify=_identify,
    error_body=_error_body,
    examples=_examples,
)
