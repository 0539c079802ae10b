"""Stability AI: the credits that are left, a hundred a dollar, as a JSON number. Role: `api`."""

from spend_pipeline.sandbox.accounts import Account, dollars
from spend_pipeline.sandbox.keys import Key, credential_after
from spend_pipeline.sandbox.state import State
from spend_pipeline.sandbox.vendor import Ask, Refusal, Route, Vendor, known_key, wording
from spend_pipeline.sandbox.wire import Figure, Json

_NAMES = {401: "unauthorized", 403: "permission_denied", 404: "not_found", 429: "rate_limit_exceeded"}


def _balance(ask: Ask, key: Key) -> Json:
    return {"credits": Figure(dollars(Account("stability", key.account).balance_at(ask.now)) * 100)}


def _identify(ask: Ask) -> Key:
    sent = credential_after("Bearer", ask.headers)
    return known_key(sent, ("api",), "missing authorization header", "Incorrect API key provided")


def _error_body(refusal: Refusal, path: str) -> Json:
    name = _NAMES.get(refusal.status, "internal_error")
    return {"id": "9160aa70222f4a36", "name": name, "message": wording(refusal, {})}


def _examples(state: State) -> dict[str, dict[str, str]]:
    return {"api": {"api_key": "sandbox.api"}}


STABILITY = Vendor(
    name="stability",
    routes=(Route("GET", "/v1/user/balance", _balance),),
    identify=_identify,
    error_body=_error_body,
    examples=_examples,
)
