"""Groq: no billing route at all, so that every request here is one that nobody should have sent."""

from spend_pipeline.sandbox.keys import Key, credential_after
from spend_pipeline.sandbox.state import State
from spend_pipeline.sandbox.vendor import Ask, Refusal, Vendor, known_key, wording
from spend_pipeline.sandbox.wire import Json

_CODES = {401: "invalid_api_key", 404: "unknown_url", 429: "rate_limit_exceeded"}


def _identify(ask: Ask) -> Key:
    return known_key(credential_after("Bearer", ask.headers), ("ordinary",), "Invalid API Key", "Invalid API Key")


def _error_body(refusal: Refusal, path: str) -> Json:
    message = wording(refusal, {401: "Invalid API Key", 404: f"Unknown request URL: {path}"})
    named = {"message": message, "type": "invalid_request_error"}
    return {"error": named | ({"code": _CODES[refusal.status]} if refusal.status in _CODES else {})}


def _examples(state: State) -> dict[str, dict[str, str]]:
    return {"ordinary": {"api_key": "sandbox.ordinary"}}


GROQ = Vendor(name="groq", routes=(), identify=_identify, error_body=_error_body, examples=_examples)
