"""AI21: no billing route at all, so that every request here is one that nobody should have sent."""

from spend_pipeline.sandbox.keys import Key, credential_after
from spend_pipeline.sandbox.state import State
from spend_pipeline.sandbox.vendor import Ask, Refusal, Vendor, known_key, wording
from spend_pipeline.sandbox.wire import Json

_USUAL = {401: "Forbidden: Bad or missing API token.", 404: "Not found"}


def _identify(ask: Ask) -> Key:
    return known_key(credential_after("Bearer", ask.headers), ("ordinary",), _USUAL[401], _USUAL[401])


def _error_body(refusal: Refusal, path: str) -> Json:
    return {"detail": wording(refusal, _USUAL)}


def _examples(state: State) -> dict[str, dict[str, str]]:
    return {"ordinary": {"api_key": "sandbox.ordinary"}}


AI21 = Vendor(name="ai21", routes=(), identify=_identify, error_body=_error_body, examples=_examples)
