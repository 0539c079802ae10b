"""SerpApi: the account of the key in the query, in searches, a search a cent; renewed on the 15th.

Roles: `any`; `old` is of an old plan, whose account tells fewer fields.
"""

from datetime import timedelta
from decimal import Decimal

from spend_pipeline.sandbox.accounts import Account
from spend_pipeline.sandbox.keys import Key
from spend_pipeline.sandbox.state import State
from spend_pipeline.sandbox.vendor import Ask, Refusal, Route, Vendor, known_key, wording
from spend_pipeline.sandbox.windows import start_after, start_of
from spend_pipeline.sandbox.wire import Figure, Json

_OFFSET = timedelta(days=14)
_USUAL = {401: "Invalid API key. Your API key should be here: https://serpapi.com/manage-api-key"}


def _account(ask: Ask, key: Key) -> Json:
    account = Account("serpapi", key.account)
    month = start_of("month", ask.now - _OFFSET)
    left, used = account.balance_at(ask.now) // 10_000, account.spent(month + _OFFSET, ask.now) // 10_000
    searches = {"plan_searches_left": left - 250, "extra_credits": 250, "this_month_usage": Figure(Decimal(used))}
    if key.role == "old":
        return {"account_email": f"ops@{key.account}.example", **searches}
    renewal = f"{start_after('month', month) + _OFFSET:%Y-%m-%d}"
    named = {"account_id": account.identifier("account")[:24], "api_key": key.secret, "plan_renewal_date": renewal}
    return named | searches | {"total_searches_left": Figure(Decimal(left)), "this_hour_searches": 3}


def _identify(ask: Ask) -> Key:
    return known_key(ask.query.get("api_key"), ("any", "old"), _USUAL[401], _USUAL[401])


def _error_body(refusal: Refusal, path: str) -> Json:
    return {"error": wording(refusal, _USUAL)}


def _examples(state: State) -> dict[str, dict[str, str]]:
    return {role: {"api_key": f"sandbox.{role}"} for role in ("any", "old")}


SERPAPI = Vendor(
    name="serpapi",
    routes=(Route("GET", "/account.json", _account), Route("GET", "/account", _account)),
    identify=_identify,
    error_body=_error_body,
    examples=_examples,
)
