"""Cloudflare: AI Gateway credits and their usage by hour or day; cents as JSON numbers, times in milliseconds.

Roles: `gateway` reads the billing of its own account; `ordinary` lacks the permission and gets 403.
"""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from spend_pipeline.sandbox.accounts import OPENED, Account
from spend_pipeline.sandbox.cursors import whole_number
from spend_pipeline.sandbox.keys import DEFAULT_ACCOUNT, Key, credential_after
from spend_pipeline.sandbox.state import State
from spend_pipeline.sandbox.vendor import Ask, Refusal, Route, Vendor, known_key, wording
from spend_pipeline.sandbox.windows import split, start_after, start_of
from spend_pipeline.sandbox.wire import Figure, Json

_BILLING = "/client/v4/accounts/{account}/ai-gateway/billing"
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_CODES = {400: 6003, 401: 10000, 403: 10000, 404: 7003, 429: 971}
_USUAL = {401: "Authentication error", 403: "Authentication error", 404: "Could not route to that path"}


def _balance(ask: Ask, key: Key) -> Json:
    balance = {"balance": Figure(_cents(_own(ask, key).balance_at(ask.now)))}
    topup = {"amount": 5000, "threshold": 500, "disabledReason": None, "error": None, "lastFailedAt": None}
    payment = {"has_default_payment_method": False, "payment_method": None}
    return _envelope(balance | payment | {"topup_config": topup, "first_topup_success": True})


def _history(ask: Ask, key: Key) -> Json:
    account, window = _own(ask, key), ask.query.get("value_grouping_window", "")
    if window not in ("hour", "day"):
        raise Refusal(400, "Invalid value_grouping_window")
    start, end = _moment(ask, "start_time", OPENED), min(_moment(ask, "end_time", ask.now), ask.now)
    return _envelope({"history": [_window(account, window, *span) for span in split(window, start, end)]})


def _window(account: Account, window: str, start: datetime, end: datetime) -> Json:
    first, after = start_of(window, start), start_after(window, start_of(window, start))
    times = {"start_time": _milliseconds(first), "end_time": _milliseconds(after)}
    used = {"aggregated_value": Figure(_cents(account.spent(start, end)))}
    return {"id": f"mtrusg_{_milliseconds(first)}"} | used | times


def _moment(ask: Ask, name: str, otherwise: datetime) -> datetime:
    sent = ask.query.get(name, str(_milliseconds(otherwise)))
    return _BEGINNING + timedelta(milliseconds=whole_number(sent, 0, 10**13, Refusal(400, f"Invalid {name}")))


def _milliseconds(moment: datetime) -> int:
    return (moment - _BEGINNING) // timedelta(milliseconds=1)


def _cents(micros: int) -> Decimal:
    return Decimal(micros) / 10_000


def _own(ask: Ask, key: Key) -> Account:
    account = Account("cloudflare", key.account)
    if key.role != "gateway" or ask.params["account"] != account.identifier("account"):
        raise Refusal(403)
    return account


def _envelope(result: Json) -> Json:
    return {"success": True, "errors": [], "messages": [], "result": result}


def _identify(ask: Ask) -> Key:
    words = _USUAL[401]
    return known_key(credential_after("Bearer", ask.headers), ("gateway", "ordinary"), words, words)


def _error_body(refusal: Refusal, path: str) -> Json:
    error = {"code": _CODES.get(refusal.status, 7000), "message": wording(refusal, _USUAL)}
    return {"success": False, "errors": [error], "messages": [], "result": None}


def _examples(state: State) -> dict[str, dict[str, str]]:
    account_id = Account("cloudflare", DEFAULT_ACCOUNT).identifier("account")
    return {role: {"api_key": f"sandbox.{role}", "account_id": account_id} for role in ("gateway", "ordinary")}


CLOUDFLARE = Vendor(
    name="cloudflare",
    routes=(
        Route("GET", f"{_BILLING}/credit-balance", _balance),
        Route("GET", f"{_BILLING}/usage-history", _history),
    ),
    identify=_identify,
    error_body=_error_body,
    examples=_examples,
)
