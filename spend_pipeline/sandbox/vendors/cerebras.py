"""Cerebras: no billing route at all, so that every request here is one that nobody should have sent."""

from spend_pipeline.sandbox.keys import Key, credential_after
from spend_pipeline.sandbox.state import State
from spend_pipeline.sandbox.vendor import Ask, Refusal, Vendor, known_key, wording
from spend_pipeline.sandbox.wire import Json

_CODES = {401: "wrong_api_key", 404: "not_found", 429: "request_quota_exceeded"}


def _identify(ask: Ask) -> Key:
    return known_key(credential_after("Bearer", ask.headers), ("ordinary",), "Wrong API Key", "Wrong API Key")


def _error_body(refusal: Refusal, path: str) -> Json:
    parameter = "api_key" if refusal.status == 401 else None
    named = {"message": wording(refusal, {401: "Wrong API Key"}), "type": "invalid_request_error", "param": parameter}
    return named | {"code": _CODES.get(refusal.status)}


def _examples(state: State) -> dict[str, dict[str, str]]:
    return {"ordinary": {"api_key": "sandbox.ordinary"}}


CEREBRAS = Vendor(name="cerebras", routes=(), identify=_identify, error_body=_error_body, examples=_examples)
