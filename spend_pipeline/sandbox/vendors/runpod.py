"""RunPod: billing in buckets with their totals, by REST, and the balance, by GraphQL; dollars as JSON numbers.

Roles: `full` reads everything; `restricted` gets 403 from REST, and from GraphQL an error under 200.
"""

import json

from spend_pipeline.sandbox.accounts import Account, dollars
from spend_pipeline.sandbox.cursors import moment_of
from spend_pipeline.sandbox.keys import Key, credential_after
from spend_pipeline.sandbox.state import State
from spend_pipeline.sandbox.vendor import Ask, Refusal, Route, Vendor, known_key, wording
from spend_pipeline.sandbox.windows import LENGTHS, split, start_after, start_of, zulu
from spend_pipeline.sandbox.wire import Figure, Json

_SIZES = ("hour", "day", "week", "month")
_AMOUNTS = {"podGpuAmount": 6, "serverlessGpuAmount": 3, "storageStandardAmount": 1}
_USUAL = {401: "missing bearer token", 403: "access denied", 429: "rate limit exceeded"}


def _billing(ask: Ask, key: Key) -> Json:
    if key.role == "restricted":
        raise Refusal(403)
    size = ask.query.get("bucketSize", "day")
    if size not in _SIZES:
        raise Refusal(400, "invalid bucketSize")
    first = moment_of(
        ask.query.get("startTime", zulu(ask.now - 30 * LENGTHS["day"])), Refusal(400, "invalid startTime")
    )
    last = moment_of(ask.query.get("endTime", zulu(ask.now)), Refusal(400, "invalid endTime"))
    start, snapped = start_of(size, first), start_of(size, last)
    end = snapped if snapped == last else start_after(size, snapped)
    account = Account("runpod", key.account)
    buckets = [(begin, until) for begin, until in split(size, start, end) if begin < ask.now]
    records = [
        {"startTime": zulu(begin), "endTime": zulu(until)}
        | _amounts(account.shares(list(_AMOUNTS.values()), begin, min(until, ask.now)))
        for begin, until in buckets
    ]
    totals = _amounts(account.shares(list(_AMOUNTS.values()), start, min(end, ask.now)) if buckets else [0, 0, 0])
    query = {"startTime": zulu(start), "endTime": zulu(end), "bucketSize": size}
    return {"records": records, "metadata": {"query": query, "recordCount": len(records), "totals": totals}}


def _amounts(shares: list[int]) -> Json:
    parts = {name: dollars(micros) for name, micros in zip(_AMOUNTS, shares, strict=True)}
    return {"totalAmount": Figure(dollars(sum(shares)))} | parts | {"clusterGpuAmount": 0, "endpointAmount": 0}


def _graphql(ask: Ask, key: Key) -> Json:
    try:
        query = json.loads(ask.body)["query"]
    except (ValueError, KeyError, TypeError):
        raise Refusal(400, "no query") from None
    if key.role == "restricted" or "myself" not in query:
        return {"errors": [{"message": "Something went wrong"}], "data": {"myself": None}}
    account = Account("runpod", key.account)
    balance = Figure(dollars(account.balance_at(ask.now)))
    return {"data": {"myself": {"id": f"user_{account.identifier('user')[:12]}", "clientBalance": balance}}}


def _identify(ask: Ask) -> Key:
    return known_key(credential_after("Bearer", ask.headers), ("full", "restricted"), _USUAL[401], "invalid api key")


def _error_body(refusal: Refusal, path: str) -> Json:
    return {"title": wording(Refusal(refusal.status), {}), "status": refusal.status, "detail": wording(refusal, _USUAL)}


def _examples(state: State) -> dict[str, dict[str, str]]:
    return {role: {"api_key": f"sandbox.{role}"} for role in ("full", "restricted")}


RUNPOD = Vendor(
    name="runpod",
    routes=(Route("GET", "/v2/billing", _billing), Route("POST", "/graphql", _graphql)),
    identify=_identify,
    error_body=_error_body,
    examples=_examples,
)
