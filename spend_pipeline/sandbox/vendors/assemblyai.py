"""AssemblyAI: no billing route at all, so that every request here is one that nobody should have sent."""

from spend_pipeline.sandbox.keys import Key
from spend_pipeline.sandbox.state import State
from spend_pipeline.sandbox.vendor import Ask, Refusal, Vendor, known_key, wording
from spend_pipeline.sandbox.wire import Json

_USUAL = {401: "Authentication error, API token missing/invalid", 404: "Not found"}


def _identify(ask: Ask) -> Key:
    return known_key(ask.headers.get("authorization"), ("ordinary",), _USUAL[401], _USUAL[401])


def _error_body(refusal: Refusal, path: str) -> Json:
    return {"error": wording(refusal, _USUAL)}


def _examples(state: State) -> dict[str, dict[str, str]]:
    return {"ordinary": {"api_key": "sandbox.ordinary"}}


ASSEMBLYAI = Vendor(name="assemblyai", routes=(), identify=_identify, error_body=_error_body, examples=_examples)
