"""LiteLLM: a proxy's spend by day, a few rows a page so that days go on on the next, and a key's budget.

Roles: `virtual` is one user's key, a third of the proxy's spend, with a budget; `unlimited` the same without one;
`master` reads the whole proxy and is no key of its tables.
"""

from spend_pipeline.sandbox.accounts import Account, dollars
from spend_pipeline.sandbox.cursors import moment_of, whole_number
from spend_pipeline.sandbox.keys import Key, credential_after
from spend_pipeline.sandbox.state import State
from spend_pipeline.sandbox.vendor import Ask, Refusal, Route, Vendor, known_key, wording
from spend_pipeline.sandbox.windows import LENGTHS, split, start_of
from spend_pipeline.sandbox.wire import Figure, Json

_ROLES = ("virtual", "unlimited", "master")
_ROWS_A_PAGE = 7
_UNKNOWN = "Authentication Error, Invalid proxy server token passed."
_TYPES = {401: "token_not_found_in_db"}


def _activity(ask: Ask, key: Key) -> Json:
    dates = Refusal(400, "Please provide start_date and end_date")
    start, last = (moment_of(ask.query.get(name, ""), dates) for name in ("start_date", "end_date"))
    number = whole_number(ask.query.get("page", "1"), 1, 1_000_000, Refusal(400, "page"))
    account = Account("litellm", key.account)
    rows = [
        {"date": f"{begin:%Y-%m-%d}", "metrics": {"spend": Figure(dollars(part)), "api_requests": 11}, "breakdown": {}}
        for begin, until in split("day", start, min(last + LENGTHS["day"], ask.now))
        for part in account.shares((1, 2), begin, until)[: 2 if key.role == "master" else 1]
    ]
    pages = -(-len(rows) // _ROWS_A_PAGE)
    metadata = {"page": number, "total_pages": pages, "has_more": number < pages}
    return {"results": rows[(number - 1) * _ROWS_A_PAGE : number * _ROWS_A_PAGE], "metadata": metadata}


def _key(ask: Ask, key: Key) -> Json:
    if key.role == "master":
        raise Refusal(404, "Key not found in database")
    spent = dollars(Account("litellm", key.account).shares((1, 2), start_of("month", ask.now), ask.now)[0])
    budget = Figure("500.0") if key.role == "virtual" else None
    info = {"key_name": "sk-...demo", "spend": Figure(spent), "max_budget": budget, "budget_duration": "1mo"}
    return {"key": "a1b2c3", "info": info | {"user_id": "user-123", "team_id": None}}


def _identify(ask: Ask) -> Key:
    return known_key(credential_after("Bearer", ask.headers), _ROLES, _UNKNOWN, _UNKNOWN)


def _error_body(refusal: Refusal, path: str) -> Json:
    kind = _TYPES.get(refusal.status, "auth_error")
    return {"error": {"message": wording(refusal, {}), "type": kind, "param": "key", "code": str(refusal.status)}}


def _examples(state: State) -> dict[str, dict[str, str]]:
    return {role: {"api_key": f"sandbox.{role}", "base_url": f"{state.url}/litellm"} for role in _ROLES}


LITELLM = Vendor(
    name="litellm",
    routes=(Route("GET", "/user/daily/activity", _activity), Route("GET", "/key/info", _key)),
    identify=_identify,
    error_body=_error_body,
    examples=_examples,
)
