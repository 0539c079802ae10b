"""Tavily: the credits of the account and of the calling key, a credit a cent; first the plan's, then pay-as-you-go.

Roles: `any`; `unlimited` has no limits (null).
"""

from decimal import Decimal

from spend_pipeline.sandbox.accounts import Account
from spend_pipeline.sandbox.keys import Key, credential_after
from spend_pipeline.sandbox.state import State
from spend_pipeline.sandbox.vendor import Ask, Refusal, Route, Vendor, known_key, wording
from spend_pipeline.sandbox.windows import start_of
from spend_pipeline.sandbox.wire import Figure, Json

PLAN, PAYGO = 5_000, 30_000
_USUAL = {
    401: "Unauthorized: missing or invalid API key.",
    429: "Your request has been blocked due to excess requests.",
}


def _usage(ask: Ask, key: Key) -> Json:
    used = Account("tavily", key.account).spent(start_of("month", ask.now), ask.now) // 10_000
    limited = key.role != "unlimited"
    plan = min(used, PLAN) if limited else used
    amounts = {
        "plan_usage": Figure(Decimal(plan)),
        "plan_limit": PLAN if limited else None,
        "paygo_usage": Figure(Decimal(used - plan)),
        "paygo_limit": PAYGO if limited else None,
    }
    own = {"usage": used // 2, "limit": None, "search_usage": used // 2, "extract_usage": 0}
    return {"key": own, "account": {"current_plan": "Bootstrap"} | amounts | {"search_usage": used, "extract_usage": 0}}


def _identify(ask: Ask) -> Key:
    return known_key(credential_after("Bearer", ask.headers), ("any", "unlimited"), _USUAL[401], _USUAL[401])


def _error_body(refusal: Refusal, path: str) -> Json:
    return {"detail": {"error": wording(refusal, _USUAL)}}


def _examples(state: State) -> dict[str, dict[str, str]]:
    return {role: {"api_key": f"sandbox.{role}"} for role in ("any", "unlimited")}


TAVILY = Vendor(
    name="tavily",
    routes=(Route("GET", "/usage", _usage),),
    identify=_identify,
    error_body=_error_body,
    examples=_examples,
)
