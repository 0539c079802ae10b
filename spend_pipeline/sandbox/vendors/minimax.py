"""MiniMax: the pay-as-you-go balance as text, whatever the platform; its failures come under HTTP 200.

Roles: `payg` reads the balance; `plan` is a plan's key, and `foreign` another platform's, both told so in the body.
"""

from spend_pipeline.sandbox.accounts import Account, dollars
from spend_pipeline.sandbox.keys import Key, credential_after
from spend_pipeline.sandbox.state import State
from spend_pipeline.sandbox.vendor import Ask, Refusal, Route, Vendor, known_key, wording
from spend_pipeline.sandbox.wire import Figure, Json

_ROLES = ("payg", "plan", "foreign")
_CODES = {"plan": (2062, "not applicable"), "foreign": (2049, "invalid api key")}


def _balance(ask: Ask, key: Key) -> Json:
    if key.role in _CODES:
        return _status(*_CODES[key.role])
    left = dollars(Account("minimax", key.account).balance_at(ask.now))
    amounts = {"available_amount": Figure(left, quoted=True), "cash_balance": Figure(left, quoted=True)}
    return (
        amounts | {"voucher_balance": "0.00", "credit_balance": "0.00", "owed_amount": "0.00"} | _status(0, "success")
    )


def _status(code: int, message: str) -> Json:
    return {"base_resp": {"status_code": code, "status_msg": message}}


def _identify(ask: Ask) -> Key:
    return known_key(credential_after("Bearer", ask.headers), _ROLES, "login fail", "invalid api key")


def _error_body(refusal: Refusal, path: str) -> Json:
    return _status(1000, wording(refusal, {}))


def _examples(state: State) -> dict[str, dict[str, str]]:
    return {role: {"api_key": f"sandbox.{role}"} for role in _ROLES}


MINIMAX = Vendor(
    name="minimax",
    routes=(Route("GET", "/account/query_balance", _balance),),
    identify=_identify,
    error_body=_error_body,
    examples=_examples,
)
