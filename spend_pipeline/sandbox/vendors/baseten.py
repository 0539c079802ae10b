"""Baseten: a summary of cost by kind of usage with the days of each line; dollars as text or as numbers.

Roles: `workspace` reads everything. Credits paid for a part of the dedicated usage: `total` is what it cost.
"""

from datetime import datetime, timedelta

from spend_pipeline.sandbox.accounts import Account, dollars
from spend_pipeline.sandbox.keys import Key, credential_after
from spend_pipeline.sandbox.state import State
from spend_pipeline.sandbox.vendor import Ask, Refusal, Route, Vendor, known_key, wording
from spend_pipeline.sandbox.windows import parse_moment, split
from spend_pipeline.sandbox.wire import Figure, Json

_WEIGHTS = (5, 2)  # dedicated deployments, model APIs
_USUAL = {400: "start_date and end_date must span 31 days at most", 401: "please check the api-key you provided"}


def _summary(ask: Ask, key: Key) -> Json:
    start, end = (_moment(ask, name) for name in ("start_date", "end_date"))
    if not start <= end <= start + timedelta(days=31):
        raise Refusal(400)
    spans = list(split("day", start, min(end, ask.now)))
    shares = [Account("baseten", key.account).shares(_WEIGHTS, *span) for span in spans]
    dedicated, models = (
        [(f"{day:%Y-%m-%d}", share[kind]) for (day, _), share in zip(spans, shares, strict=True)] for kind in (0, 1)
    )
    resource = {"id": "dep1", "name": "llama", "kind": "MODEL_DEPLOYMENT", "is_deleted": False}
    return {
        "dedicated_usage": _block({"billable_resource": resource}, dedicated, credited=2, quoted=True),
        "training_usage": None,
        "model_apis_usage": _block({"model_name": "DeepSeek V3.1"}, models, credited=0, quoted=False),
    }


def _block(named: Json, days: list[tuple[str, int]], *, credited: int, quoted: bool) -> Json:
    """One kind of usage with one line; credits paid for `credited` fifths of it."""
    cost = sum(micros for _, micros in days)
    paid = cost * credited // 5

    def figure(micros: int) -> Figure:
        return Figure(str(dollars(micros)) if quoted else dollars(micros), quoted)

    daily = [{"date": day, "subtotal": figure(micros)} for day, micros in days]
    line = named | {"subtotal": figure(cost), "daily": daily}
    sums = {"subtotal": figure(cost - paid), "credits_used": figure(paid), "total": figure(cost)}
    return sums | {"breakdown": [line]}


def _moment(ask: Ask, name: str) -> datetime:
    try:
        return parse_moment(ask.query[name])
    except (KeyError, ValueError):
        raise Refusal(400, f"{name} is required") from None


def _identify(ask: Ask) -> Key:
    sent = credential_after("Bearer", ask.headers) or credential_after("Api-Key", ask.headers)
    return known_key(sent, ("workspace",), _USUAL[401], _USUAL[401])


def _error_body(refusal: Refusal, path: str) -> Json:
    return {"error": wording(refusal, _USUAL)}


def _examples(state: State) -> dict[str, dict[str, str]]:
    return {"workspace": {"api_key": "sandbox.workspace"}}


BASETEN = Vendor(
    name="baseten",
    routes=(Route("GET", "/v1/billing/usage_summary", _summary),),
    identify=_identify,
    error_body=_error_body,
    examples=_examples,
)
