"""SiliconFlow: granted, charged and total balance as text, inside an envelope with a code of its own.

Roles: `api` reads the balance; `chinese` is of the platform that closed the route, and gets 410.
"""

from decimal import Decimal

from spend_pipeline.sandbox.accounts import Account
from spend_pipeline.sandbox.keys import Key, credential_after
from spend_pipeline.sandbox.state import State
from spend_pipeline.sandbox.vendor import Ask, Refusal, Route, Vendor, known_key, wording
from spend_pipeline.sandbox.wire import Figure, Json

_GRANTED = 350  # cents
_CODES = {410: 20092}
_USUAL = {401: "Invalid token", 410: "This API has been discontinued"}


def _info(ask: Ask, key: Key) -> Json:
    if key.role == "chinese":
        raise Refusal(410)
    account = Account("siliconflow", key.account)
    cents = account.balance_at(ask.now) // 10_000
    parts = {"balance": _GRANTED, "chargeBalance": cents - _GRANTED, "totalBalance": cents}
    figures = {name: Figure(Decimal(amount).scaleb(-2), quoted=True) for name, amount in parts.items()}
    blank = dict.fromkeys(("name", "image", "email", "introduction", "role"), "")
    user = {"id": account.identifier("user"), "isAdmin": False, "status": "normal", **blank, **figures}
    return {"code": 20000, "message": "OK", "status": True, "data": user}


def _identify(ask: Ask) -> Key:
    return known_key(credential_after("Bearer", ask.headers), ("api", "chinese"), _USUAL[401], _USUAL[401])


def _error_body(refusal: Refusal, path: str) -> Json:
    message = wording(refusal, _USUAL)
    if refusal.status == 401:
        return message
    return {"code": _CODES.get(refusal.status, 50000), "message": message, "data": None}


def _examples(state: State) -> dict[str, dict[str, str]]:
    return {"api": {"api_key": "sandbox.api"}, "chinese": {"api_key": "sandbox.chinese", "region": "cn"}}


SILICONFLOW = Vendor(
    name="siliconflow",
    routes=(Route("GET", "/v1/user/info", _info),),
    identify=_identify,
    error_body=_error_body,
    examples=_examples,
)
