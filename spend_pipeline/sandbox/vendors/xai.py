"""xAI: a prepaid ledger and a running invoice in cents, credit with an inverted sign; spend by day in dollars.

Roles: `management` is a team's key; `organization` is a whole organization's, whose team a caller must know;
`inference` gets 403. A cycle is a calendar month, so the ledger lacks the spend of the running one.
"""

import json
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

from spend_pipeline.sandbox.accounts import Account, dollars
from spend_pipeline.sandbox.keys import DEFAULT_ACCOUNT, Key, credential_after
from spend_pipeline.sandbox.state import State
from spend_pipeline.sandbox.vendor import Ask, Refusal, Route, Vendor, known_key, wording
from spend_pipeline.sandbox.windows import split, start_of, zulu
from spend_pipeline.sandbox.wire import Figure, Json

_CODES = {400: 3, 401: 16, 403: 7, 404: 5, 429: 8, 503: 14}  # gRPC's
_USUAL = {401: "Invalid management key", 403: "This key may not read billing", 404: "Team not found"}


def _validation(ask: Ask, key: Key) -> Json:
    team = team_of(key.account)
    whole = key.role == "organization"
    scope = {"scope": "SCOPE_ORGANIZATION" if whole else "SCOPE_TEAM", "scopeId": "org_sandbox" if whole else team}
    return {"apiKeyId": "key_sandbox", "teamId": "" if whole else team, **scope, "name": "billing reader"}


def _ledger(ask: Ask, key: Key) -> Json:
    left = _credit(_own(ask, key), ask.now)
    change = {"changeOrigin": "PURCHASE", "amount": _cents(-left), "createTs": zulu(start_of("month", ask.now))}
    return {"changes": [change], "total": _cents(-left)}


def _preview(ask: Ask, key: Key) -> Json:
    account = _own(ask, key)
    used = account.spent(start_of("month", ask.now), ask.now) // 10_000
    credit = {"prepaidCredits": _cents(-_credit(account, ask.now)), "prepaidCreditsUsed": _cents(-used)}
    invoice = {"amountBeforeVat": "0", "amountAfterVat": "0", **credit, "totalWithCorr": {"val": str(used)}}
    cycle = {"year": ask.now.year, "month": ask.now.month}
    return {"coreInvoice": invoice, "effectiveSpendingLimit": "5000", "billingCycle": cycle}


def _usage(ask: Ask, key: Key) -> Json:
    account = _own(ask, key)
    try:
        asked = json.loads(ask.body)["analyticsRequest"]
        span, unit = asked["timeRange"], asked["timeUnit"]
        start, end = (datetime.fromisoformat(span[name]).replace(tzinfo=UTC) for name in ("startTime", "endTime"))
    except (ValueError, KeyError, TypeError):
        raise Refusal(400, "Invalid analytics request") from None
    if unit != "TIME_UNIT_DAY" or span.get("timezone") != "Etc/GMT":
        raise Refusal(400, "Only days of Etc/GMT are told here")
    points = [
        {"timestamp": zulu(start_of("day", first)), "values": [Figure(dollars(account.spent(first, until)))]}
        for first, until in split("day", start, min(end, ask.now))
    ]
    series = [{"group": [], "groupLabels": [], "dataPoints": points}]
    return {"timeSeries": series if points else [], "limitReached": False}


def _own(ask: Ask, key: Key) -> Account:
    if key.role == "inference":
        raise Refusal(403)
    if ask.params["team"] != team_of(key.account):
        raise Refusal(404)
    return Account("xai", key.account)


def _credit(account: Account, now: datetime) -> int:
    """Cents of credit at the start of the cycle, with what was bought since."""
    return (account.bought_by(now) - account.spent_by(start_of("month", now))) // 10_000


def _cents(amount: int) -> Json:
    return {"val": Figure(Decimal(amount), quoted=True)}


def team_of(account_name: str) -> str:
    """The id of the team that an account name stands for."""
    return str(UUID(Account("xai", account_name).identifier("team")))


def _identify(ask: Ask) -> Key:
    roles = ("management", "organization", "inference")
    return known_key(credential_after("Bearer", ask.headers), roles, _USUAL[401], _USUAL[401])


def _error_body(refusal: Refusal, path: str) -> Json:
    return {"code": _CODES.get(refusal.status, 2), "message": wording(refusal, _USUAL), "details": []}


def _examples(state: State) -> dict[str, dict[str, str]]:
    keys = {role: {"api_key": f"sandbox.{role}"} for role in ("management", "inference")}
    return keys | {"organization": {"api_key": "sandbox.organization", "team_id": team_of(DEFAULT_ACCOUNT)}}


_BILLING = "/v1/billing/teams/{team}"

XAI = Vendor(
    name="xai",
    routes=(
        Route("GET", "/auth/management-keys/validation", _validation),
        Route("GET", f"{_BILLING}/prepaid/balance", _ledger),
        Route("GET", f"{_BILLING}/postpaid/invoice/preview", _preview),
        Route("POST", f"{_BILLING}/usage", _usage),
    ),
    identify=_identify,
    error_body=_error_body,
    examples=_examples,
)
