"""DeepSeek: a wallet a currency, granted and topped up, as text with two decimals.

Role: `api`. The account `two-currencies` has a wallet in dollars and one in yuan.
"""

from decimal import Decimal

from spend_pipeline.sandbox.accounts import Account
from spend_pipeline.sandbox.keys import Key, credential_after
from spend_pipeline.sandbox.state import State
from spend_pipeline.sandbox.vendor import Ask, Refusal, Route, Vendor, known_key, wording
from spend_pipeline.sandbox.wire import Figure, Json

_GRANTED = 500  # cents
_USUAL = {401: "Authentication Fails, Your api key is invalid", 402: "Insufficient Balance"}
_TYPES = {401: "authentication_error", 429: "rate_limit_error"}


def _balance(ask: Ask, key: Key) -> Json:
    currencies = ("USD", "CNY") if key.account == "two-currencies" else ("USD",)
    return {"is_available": True, "balance_infos": [_wallet(ask, key, currency) for currency in currencies]}


def _wallet(ask: Ask, key: Key, currency: str) -> Json:
    cents = Account("deepseek", f"{key.account}-{currency}").balance_at(ask.now) // 10_000
    parts = {"total_balance": cents, "granted_balance": _GRANTED, "topped_up_balance": cents - _GRANTED}
    figures = {name: Figure(Decimal(amount).scaleb(-2), quoted=True) for name, amount in parts.items()}
    return {"currency": currency} | figures


def _identify(ask: Ask) -> Key:
    return known_key(credential_after("Bearer", ask.headers), ("api",), _USUAL[401], _USUAL[401])


def _error_body(refusal: Refusal, path: str) -> Json:
    kind = _TYPES.get(refusal.status, "unknown_error")
    return {
        "error": {"message": wording(refusal, _USUAL), "type": kind, "param": None, "code": "invalid_request_error"}
    }


def _examples(state: State) -> dict[str, dict[str, str]]:
    return {"api": {"api_key": "sandbox.api"}, "two-currencies": {"api_key": "sandbox.api.two-currencies"}}


DEEPSEEK = Vendor(
    name="deepseek",
    routes=(Route("GET", "/user/balance", _balance),),
    identify=_identify,
    error_body=_error_body,
    examples=_examples,
)
