"""AWS Bedrock: Cost Explorer's days by service, ten days a page, to a signed request; the signature is not checked.

Roles: `reader` reads the costs; `guest` lacks the permission (400). An access key's id is the sandbox's key.
"""

import json
import re

from spend_pipeline.sandbox.accounts import Account, dollars
from spend_pipeline.sandbox.cursors import cursor_at, moment_of, position_of
from spend_pipeline.sandbox.keys import Key
from spend_pipeline.sandbox.state import State
from spend_pipeline.sandbox.vendor import Ask, Refusal, Route, Vendor, known_key, wording
from spend_pipeline.sandbox.windows import split
from spend_pipeline.sandbox.wire import Figure, Json

_SIGNED = re.compile(r"AWS4-HMAC-SHA256 Credential=([^/]+)/\d{8}/us-east-1/ce/aws4_request, .*Signature=[0-9a-f]{64}")
_SERVICES = {"Amazon Bedrock": 1, "Claude Sonnet 4 (Bedrock Edition)": 2}
_DAYS_A_PAGE = 10
_UNKNOWN = "The security token included in the request is invalid."


def _costs(ask: Ask, key: Key) -> Json:
    if key.role == "guest":
        raise Refusal(400, "User is not authorized to perform: ce:GetCostAndUsage")
    try:
        asked = json.loads(ask.body)
        bounds = [asked["TimePeriod"][name] for name in ("Start", "End")]
    except (ValueError, KeyError, TypeError):
        raise Refusal(400, "Invalid request") from None
    start, end = (moment_of(bound, Refusal(400, "Invalid time period")) for bound in bounds)
    account = Account("aws_bedrock", key.account)
    days = []
    for begin, until in split("day", start, min(end, ask.now)):
        costs = zip(_SERVICES, account.shares(tuple(_SERVICES.values()), begin, until), strict=True)
        groups = [_group(service, Figure(dollars(cost), quoted=True)) for service, cost in costs]
        span = {"Start": f"{begin:%Y-%m-%d}", "End": f"{until:%Y-%m-%d}"}
        other = _group("Amazon Simple Storage Service", "0.5")
        days.append({"TimePeriod": span, "Total": {}, "Groups": [*groups, other], "Estimated": True})
    position = position_of(asked.get("NextPageToken"))
    following = cursor_at(position + _DAYS_A_PAGE, len(days))
    page = {"ResultsByTime": days[position : position + _DAYS_A_PAGE], "DimensionValueAttributes": []}
    return page | ({"NextPageToken": following} if following else {})


def _group(service: str, amount: Json) -> Json:
    return {"Keys": [service], "Metrics": {"UnblendedCost": {"Amount": amount, "Unit": "USD"}}}


def _identify(ask: Ask) -> Key:
    signed = _SIGNED.fullmatch(ask.headers.get("authorization", ""))
    return known_key(signed[1] if signed else None, ("reader", "guest"), "Missing Authentication Token", _UNKNOWN)


def _error_body(refusal: Refusal, path: str) -> Json:
    kind = "UnrecognizedClientException" if refusal.status == 401 else "AccessDeniedException"
    return {"__type": kind, "Message": wording(refusal, {})}


def _examples(state: State) -> dict[str, dict[str, str]]:
    paid = {"secret_access_key": "sandbox-secret-access-key", "paid_queries": "yes"}
    return {role: {"access_key_id": f"sandbox.{role}"} | paid for role in ("reader", "guest")}


AWS_BEDROCK = Vendor(
    name="aws_bedrock",
    routes=(Route("POST", "/", _costs),),
    identify=_identify,
    error_body=_error_body,
    examples=_examples,
)
