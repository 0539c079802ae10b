"""GitHub: billing usage of a year, month or day by date and product; Models has none since it was retired.

Roles: `plan` reads the user named like its account; `administration` the organization `<account>-org`; `ordinary`
lacks both permissions and gets 403.
"""

from datetime import UTC, datetime
from decimal import Decimal

from spend_pipeline.sandbox.accounts import Account, dollars
from spend_pipeline.sandbox.cursors import whole_number
from spend_pipeline.sandbox.keys import DEFAULT_ACCOUNT, Key, credential_after
from spend_pipeline.sandbox.state import State
from spend_pipeline.sandbox.vendor import Ask, Refusal, Route, Vendor, known_key, wording
from spend_pipeline.sandbox.windows import split, start_after, start_of
from spend_pipeline.sandbox.wire import Figure, Json

RETIRED = datetime(2026, 7, 30, tzinfo=UTC)
# Product, sku, weight: what is left to pay is four fifths of the gross amount.
_SKUS = (("Models", "Models inference", 5), ("models", "Models embeddings", 2), ("Actions", "Actions Linux", 3))
_USUAL = {401: "Bad credentials", 403: "Resource not accessible by personal access token", 404: "Not Found"}


def _user(ask: Ask, key: Key) -> Json:
    return _report(ask, key, "plan", key.account)


def _organization(ask: Ask, key: Key) -> Json:
    return _report(ask, key, "administration", f"{key.account}-org")


def _report(ask: Ask, key: Key, role: str, owner: str) -> Json:
    if key.role == "ordinary":
        raise Refusal(403)
    if key.role != role or ask.params["owner"] != owner:
        raise Refusal(404)
    account, (start, end) = Account("github_models", owner), _asked(ask)
    days = split("day", start, min(end, ask.now))
    return {"usageItems": [item for day in days for item in _items(account, *day)]}


def _items(account: Account, start: datetime, end: datetime) -> list[Json]:
    shares = account.shares([weight for *_, weight in _SKUS], start, end)
    lines = zip(_SKUS, shares, strict=True)
    return [
        _item(f"{start:%Y-%m-%d}", product, sku, dollars(micros))
        for (product, sku, _), micros in lines
        if start < RETIRED or product == "Actions"
    ]


def _item(date: str, product: str, sku: str, net: Decimal) -> Json:
    gross = net * 5 / 4
    counted = {"quantity": gross * 100_000, "unitType": "Tokens", "pricePerUnit": Decimal("0.00001")}
    amounts = {"grossAmount": gross, "discountAmount": gross - net, "netAmount": Figure(net)}
    return {"date": date, "product": product, "sku": sku} | counted | amounts | {"repositoryName": "demo/app"}


def _asked(ask: Ask) -> tuple[datetime, datetime]:
    """The start and end of the day, month or year that was asked for."""
    bounds = {"year": (2000, 2100), "month": (1, 12), "day": (1, 31)}
    asked = {
        name: whole_number(ask.query[name], low, high, Refusal(400, f"Invalid {name}"))
        for name, (low, high) in bounds.items()
        if name in ask.query
    }
    try:
        start = datetime(**{"year": ask.now.year, "month": 1, "day": 1} | asked, tzinfo=UTC)
    except ValueError:
        raise Refusal(400, "Invalid day") from None
    if "day" in asked:
        return start, start_after("day", start)
    if "month" in asked:
        return start, start_after("month", start_of("month", start))
    return start, start.replace(year=start.year + 1)


def _identify(ask: Ask) -> Key:
    roles = ("plan", "administration", "ordinary")
    return known_key(credential_after("Bearer", ask.headers), roles, "Requires authentication", _USUAL[401])


def _error_body(refusal: Refusal, path: str) -> Json:
    pointer = {"documentation_url": "https://docs.github.com/rest", "status": str(refusal.status)}
    return {"message": wording(refusal, _USUAL)} | pointer


def _examples(state: State) -> dict[str, dict[str, str]]:
    user, organization = {"username": DEFAULT_ACCOUNT}, {"organization": f"{DEFAULT_ACCOUNT}-org"}
    named = {"plan": user, "administration": organization, "ordinary": user}
    return {role: {"api_key": f"sandbox.{role}"} | owner for role, owner in named.items()}


GITHUB_MODELS = Vendor(
    name="github_models",
    routes=(
        Route("GET", "/users/{owner}/settings/billing/usage", _user),
        Route("GET", "/organizations/{owner}/settings/billing/usage", _organization),
    ),
    identify=_identify,
    error_body=_error_body,
    examples=_examples,
)
