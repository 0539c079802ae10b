"""Zhipu: the pay-as-you-go wallet in numbers, whatever the platform; its failures come under HTTP 200.

Roles: `api` reads the wallet; `foreign` is another platform's key, and told so in the body.
"""

from spend_pipeline.sandbox.accounts import OPENED, Account, dollars
from spend_pipeline.sandbox.keys import Key, credential_after
from spend_pipeline.sandbox.state import State
from spend_pipeline.sandbox.vendor import Ask, Refusal, Route, Vendor, known_key, wording
from spend_pipeline.sandbox.wire import Figure, Json

_ROLES = ("api", "foreign")
_UNKNOWN = "Authentication parameter not received in Header, unable to authenticate"


def _wallet(ask: Ask, key: Key) -> Json:
    if key.role == "foreign":
        return {"code": 1001, "msg": _UNKNOWN, "success": False}
    account = Account("zhipu", key.account)
    left, bought, spent = account.balance_at(ask.now), account.bought_by(ask.now), account.spent(OPENED, ask.now)
    data = {"balance": dollars(left), "availableBalance": Figure(dollars(left)), "giveAmount": 0}
    paid = {"rechargeAmount": dollars(bought), "totalSpendAmount": dollars(spent)}
    return {"code": 200, "msg": "Operation successful", "success": True, "data": data | paid}


def _identify(ask: Ask) -> Key:
    return known_key(credential_after("Bearer", ask.headers), _ROLES, _UNKNOWN, _UNKNOWN)


def _error_body(refusal: Refusal, path: str) -> Json:
    return {"code": refusal.status, "msg": wording(refusal, {}), "success": False}


def _examples(state: State) -> dict[str, dict[str, str]]:
    return {role: {"api_key": f"sandbox.{role}"} for role in _ROLES}


ZHIPU = Vendor(
    name="zhipu",
    routes=(Route("GET", "/api/biz/account/query-customer-account-report", _wallet),),
    identify=_identify,
    error_body=_error_body,
    examples=_examples,
)
