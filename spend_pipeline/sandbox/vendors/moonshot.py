"""Moonshot: cash and vouchers as numbers, of one platform; the currency is only in the host's name.

Roles: `api` reads the balance; `debtor` owes cash and has vouchers left; `inband` is refused under HTTP 200.
"""

from spend_pipeline.sandbox.accounts import Account, dollars
from spend_pipeline.sandbox.keys import Key, credential_after
from spend_pipeline.sandbox.state import State
from spend_pipeline.sandbox.vendor import Ask, Refusal, Route, Vendor, known_key, wording
from spend_pipeline.sandbox.wire import Figure, Json

_VOUCHERS, _OWED = 2_500_000, -3_500_000
_ROLES = ("api", "debtor", "inband")
_TYPES = {401: "invalid_authentication_error", 429: "rate_limit_reached_error"}


def _balance(ask: Ask, key: Key) -> Json:
    if key.role == "inband":
        return {"code": 40100, "data": _held(0, 0, 0), "scode": "0x1", "status": False}
    left = Account("moonshot", key.account).balance_at(ask.now)
    cash = left - _VOUCHERS if key.role == "api" else _OWED
    return {"code": 0, "data": _held(max(cash, 0) + _VOUCHERS, _VOUCHERS, cash), "scode": "0x0", "status": True}


def _held(available: int, vouchers: int, cash: int) -> Json:
    parts = {"available_balance": available, "voucher_balance": vouchers, "cash_balance": cash}
    return {name: Figure(dollars(micros)) for name, micros in parts.items()}


def _identify(ask: Ask) -> Key:
    no_entry = "Invalid Authentication"
    return known_key(credential_after("Bearer", ask.headers), _ROLES, no_entry, no_entry)


def _error_body(refusal: Refusal, path: str) -> Json:
    return {"error": {"message": wording(refusal, {}), "type": _TYPES.get(refusal.status, "server_error")}}


def _examples(state: State) -> dict[str, dict[str, str]]:
    return {role: {"api_key": f"sandbox.{role}"} for role in _ROLES}


MOONSHOT = Vendor(
    name="moonshot",
    routes=(Route("GET", "/v1/users/me/balance", _balance),),
    identify=_identify,
    error_body=_error_body,
    examples=_examples,
)
