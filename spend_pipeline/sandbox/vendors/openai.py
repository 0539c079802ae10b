"""OpenAI: the organization's costs by UTC day, in dollars, now a number and now text; behind a page token.

Roles: `admin` reads costs; `project` is a key of a project and gets 403. A day without spend has no results.
"""

from datetime import UTC, datetime, timedelta

from spend_pipeline.sandbox.accounts import Account, dollars
from spend_pipeline.sandbox.cursors import cursor_at, position_of, whole_number
from spend_pipeline.sandbox.keys import Key, credential_after
from spend_pipeline.sandbox.state import State
from spend_pipeline.sandbox.vendor import Ask, Refusal, Route, Vendor, known_key, wording
from spend_pipeline.sandbox.windows import split, start_of
from spend_pipeline.sandbox.wire import Figure, Json

_CODES = {401: "invalid_api_key", 429: "rate_limit_exceeded"}
_USUAL = {
    400: "Invalid request",
    401: "Incorrect API key provided. You can find your API key at https://platform.openai.com/account/api-keys.",
    403: "You have insufficient permissions for this operation. Missing scopes: api.usage.read.",
}


def _costs(ask: Ask, key: Key) -> Json:
    if key.role != "admin":
        raise Refusal(403)
    if ask.query.get("bucket_width", "1d") != "1d":
        raise Refusal(400)
    size = whole_number(ask.query.get("limit", "7"), 1, 180, Refusal(400))
    days = list(split("day", start_of("day", _moment(ask, "start_time", None)), _moment(ask, "end_time", ask.now)))
    position = position_of(ask.query.get("page"))
    following = cursor_at(position + size, len(days))
    data = [_bucket(Account("openai", key.account), start, end) for start, end in days[position : position + size]]
    return {"object": "page", "data": data, "has_more": following is not None, "next_page": following}


def _moment(ask: Ask, name: str, otherwise: datetime | None) -> datetime:
    if name not in ask.query and otherwise:
        return otherwise
    seconds = whole_number(ask.query.get(name, ""), 0, 1 << 32, Refusal(400, f"Invalid {name}"))
    return min(datetime.fromtimestamp(seconds, UTC), ask.now)


def _bucket(account: Account, start: datetime, end: datetime) -> Json:
    micros = account.spent(start, end)
    amount = {"value": Figure(dollars(micros), quoted=start.day % 2 == 0), "currency": "usd"}
    ungrouped = dict.fromkeys(("line_item", "project_id", "api_key_id", "quantity", "quantity_unit"))
    results = [{"object": "organization.costs.result", "amount": amount} | ungrouped] if micros else []
    bounds = (start_of("day", start), start_of("day", start) + timedelta(days=1))
    first, after = (int(moment.timestamp()) for moment in bounds)
    return {"object": "bucket", "start_time": first, "end_time": after, "results": results}


def _identify(ask: Ask) -> Key:
    sent = credential_after("Bearer", ask.headers)
    return known_key(sent, ("admin", "project"), "You didn't provide an API key.", _USUAL[401])


def _error_body(refusal: Refusal, path: str) -> Json:
    kind = "server_error" if refusal.status >= 500 else "invalid_request_error"
    named = {"message": wording(refusal, _USUAL), "type": kind, "param": None}
    return {"error": named | {"code": _CODES.get(refusal.status)}}


def _examples(state: State) -> dict[str, dict[str, str]]:
    return {role: {"api_key": f"sandbox.{role}"} for role in ("admin", "project")}


OPENAI = Vendor(
    name="openai",
    routes=(Route("GET", "/v1/organization/costs", _costs),),
    identify=_identify,
    error_body=_error_body,
    examples=_examples,
)
