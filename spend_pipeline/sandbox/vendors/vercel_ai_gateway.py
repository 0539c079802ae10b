"""Vercel AI Gateway: credits as text, and a report of spend by day in dollars, its last day included.

Roles: `gateway` reads everything; `hobby` is of a plan without the report (403).
"""

from spend_pipeline.sandbox.accounts import OPENED, Account, dollars
from spend_pipeline.sandbox.cursors import moment_of
from spend_pipeline.sandbox.keys import Key, credential_after
from spend_pipeline.sandbox.state import State
from spend_pipeline.sandbox.vendor import Ask, Refusal, Route, Vendor, known_key, wording
from spend_pipeline.sandbox.windows import LENGTHS, split
from spend_pipeline.sandbox.wire import Figure, Json

_TYPES = {401: "authentication_error", 403: "forbidden", 429: "rate_limit_exceeded"}
_USUAL = {401: "Invalid API key", 403: "Custom reporting requires a Pro or Enterprise plan"}


def _credits(ask: Ask, key: Key) -> Json:
    account = Account("vercel_ai_gateway", key.account)
    left, used = dollars(account.balance_at(ask.now)), dollars(account.spent(OPENED, ask.now))
    return {"balance": Figure(left, quoted=True), "total_used": Figure(used, quoted=True)}


def _report(ask: Ask, key: Key) -> Json:
    if key.role == "hobby":
        raise Refusal(403)
    start, last = (moment_of(ask.query.get(name, ""), Refusal(400, name)) for name in ("start_date", "end_date"))
    account = Account("vercel_ai_gateway", key.account)
    days = split("day", start, min(last + LENGTHS["day"], ask.now))
    costs = ((f"{begin:%Y-%m-%d}", dollars(account.spent(begin, until))) for begin, until in days)
    return {
        "results": [
            {"day": day, "total_cost": Figure(cost), "market_cost": cost, "input_tokens": 50_000, "request_count": 42}
            for day, cost in costs
        ]
    }


def _identify(ask: Ask) -> Key:
    return known_key(credential_after("Bearer", ask.headers), ("gateway", "hobby"), _USUAL[401], _USUAL[401])


def _error_body(refusal: Refusal, path: str) -> Json:
    kind = _TYPES.get(refusal.status, "internal_server_error")
    return {"error": {"type": kind, "message": wording(refusal, _USUAL)}}


def _examples(state: State) -> dict[str, dict[str, str]]:
    keys = {role: {"api_key": f"sandbox.{role}"} for role in ("gateway", "hobby")}
    return keys | {"report": keys["gateway"] | {"paid_queries": "yes"}}


VERCEL_AI_GATEWAY = Vendor(
    name="vercel_ai_gateway",
    routes=(Route("GET", "/v1/credits", _credits), Route("GET", "/v1/report", _report)),
    identify=_identify,
    error_body=_error_body,
    examples=_examples,
)
