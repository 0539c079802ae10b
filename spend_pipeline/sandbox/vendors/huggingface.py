"""Hugging Face: usage between two Unix seconds, inference in nanodollars and jobs in microdollars.

Roles: `billing` reads the user and the organization `<account>-org`; `ordinary` lacks Billing: read and gets 403.
"""

from datetime import UTC, datetime
from decimal import Decimal

from spend_pipeline.sandbox.accounts import Account
from spend_pipeline.sandbox.cursors import whole_number
from spend_pipeline.sandbox.keys import DEFAULT_ACCOUNT, Key, credential_after
from spend_pipeline.sandbox.state import State
from spend_pipeline.sandbox.vendor import Ask, Refusal, Route, Vendor, known_key, wording
from spend_pipeline.sandbox.windows import start_after, start_of, zulu
from spend_pipeline.sandbox.wire import Figure, Json

_WEIGHTS = (5, 1)  # inference, jobs
_INCLUDED = 2_000_000_000
_USUAL = {
    400: "startDate and endDate must be positive integers",
    401: "Invalid username or password.",
    403: "This token lacks the permission to read billing",
    404: "Not found",
}


def _usage(ask: Ask, key: Key) -> Json:
    own = f"{key.account}-org"
    if key.role != "billing":
        raise Refusal(403)
    if ask.params.get("organization", own) != own:
        raise Refusal(404)
    account = Account("huggingface", ask.params.get("organization", key.account))
    start, end = (min(_moment(ask, name), ask.now) for name in ("startDate", "endDate"))
    if start > end:
        raise Refusal(400)
    inference, jobs = account.shares(_WEIGHTS, start, end)
    month = start_of("month", start)
    period = {"periodStart": zulu(month), "periodEnd": zulu(start_after("month", month))}
    rest = {"includedNanoUsd": _INCLUDED, "numRequests": inference // 500, **period, "providerDetails": []}
    used = {"usedNanoUsd": Figure(Decimal(inference * 1000))} | rest
    return {
        "usage": {"inferenceProviders": used, "jobs": {"usedMicroUsd": Figure(Decimal(jobs)), "totalMinutes": 14.5}}
    }


def _moment(ask: Ask, name: str) -> datetime:
    seconds = whole_number(ask.query.get(name, ""), 1, 10**10, Refusal(400))
    return datetime.fromtimestamp(seconds, UTC)


def _identify(ask: Ask) -> Key:
    return known_key(credential_after("Bearer", ask.headers), ("billing", "ordinary"), _USUAL[401], _USUAL[401])


def _error_body(refusal: Refusal, path: str) -> Json:
    return {"error": wording(refusal, _USUAL)}


def _examples(state: State) -> dict[str, dict[str, str]]:
    keys = {role: {"api_key": f"sandbox.{role}"} for role in ("billing", "ordinary")}
    return keys | {"organization": keys["billing"] | {"organization": f"{DEFAULT_ACCOUNT}-org"}}


HUGGINGFACE = Vendor(
    name="huggingface",
    routes=(
        Route("GET", "/api/settings/billing/usage-v2", _usage),
        Route("GET", "/api/organizations/{organization}/billing/usage-v2", _usage),
    ),
    identify=_identify,
    error_body=_error_body,
    examples=_examples,
)
