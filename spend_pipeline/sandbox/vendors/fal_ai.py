"""fal.ai: current balance, and usage by bucket and in summary behind a cursor; dollars as JSON numbers.

Roles: `admin` reads everything; `api` is an ordinary key and gets 403. The header's scheme word is `Key`.
Only `timezone=UTC` is spoken here. A page holds `limit` buckets of the series and as many rows of the summary.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from spend_pipeline.sandbox.accounts import Account, dollars
from spend_pipeline.sandbox.cursors import cursor_at, position_of, whole_number
from spend_pipeline.sandbox.keys import Key, credential_after
from spend_pipeline.sandbox.state import State
from spend_pipeline.sandbox.vendor import Ask, Refusal, Route, Vendor, known_key, wording
from spend_pipeline.sandbox.vendors.fal_ai_products import APPS, MODELS, Product
from spend_pipeline.sandbox.windows import TIMEFRAMES, parse_moment, split, start_after, start_of
from spend_pipeline.sandbox.wire import Figure, Json

PAGE = 10
_EXPANSIONS = {"time_series", "summary", "auth_method", "auth_method_structured"}
_AUTOMATIC = ((timedelta(hours=2), "minute"), (timedelta(days=2), "hour"), (timedelta(days=64), "day"))
_WEIGHTS = [product.weight for product in (*MODELS, *APPS)]
_TYPES = {
    400: "validation_error",
    401: "authorization_error",
    403: "authorization_error",
    404: "not_found",
    429: "rate_limited",
}
_USUAL = {
    400: "Invalid request parameters",
    401: "Authentication required",
    403: "Access denied",
    404: "Not found",
    429: "Rate limit exceeded",
    500: "An unexpected error occurred",
}


def _billing(ask: Ask, key: Key) -> Json:
    _require_admin(key)
    account = Account("fal_ai", key.account)
    balance = {"current_balance": Figure(dollars(account.balance_at(ask.now))), "currency": "USD"}
    return {"username": f"{key.account}-team"} | ({"credits": balance} if "credits" in _expanded(ask, "") else {})


def _usage(products: Sequence[Product], first: int) -> Callable[[Ask, Key], Json]:
    """The answer of a usage route over its own products, which start at `first` among all that the account buys."""

    def answer(ask: Ask, key: Key) -> Json:
        _require_admin(key)
        expanded = _expanded(ask, "time_series")
        if not expanded <= _EXPANSIONS or not expanded & {"time_series", "summary"}:
            raise Refusal(400)
        timeframe, start, end = _asked_span(ask)
        account = Account("fal_ai", key.account)

        def rows(begin: datetime, until: datetime) -> list[Json]:
            shares = account.shares(_WEIGHTS, begin, until)[first:]
            return [_row(product, share) for product, share in zip(products, shares, strict=False)]

        lists = {}
        if "time_series" in expanded:
            buckets = split(timeframe, start, end)
            lists["time_series"] = [{"bucket": span[0].isoformat(), "results": rows(*span)} for span in buckets]
        if "summary" in expanded:
            lists["summary"] = rows(start, end)
        return _page(ask, lists)

    return answer


def _page(ask: Ask, lists: dict[str, list[Json]]) -> Json:
    size = whole_number(ask.query.get("limit", str(PAGE)), 1, 10_000, Refusal(400))
    position = position_of(ask.query.get("cursor"))
    following = cursor_at(position + size, max(len(items) for items in lists.values()))
    cut = {name: items[position : position + size] for name, items in lists.items()}
    return cut | {"next_cursor": following, "has_more": following is not None}


def _row(product: Product, micros: int) -> Json:
    total, discount = dollars(micros), product.percent_discount
    subtotal = total * 100 / (100 - discount)
    rate = {"unit_price": product.unit_price, "percent_discount": discount or None}
    costs = {"cost_subtotal": subtotal, "cost_discount": subtotal - total, "cost_total": Figure(total), "cost": total}
    counted = {"unit": product.unit, "quantity": subtotal / product.unit_price}
    return {**product.named, **counted, **rate, **costs, "currency": "USD"}


def _asked_span(ask: Ask) -> tuple[str, datetime, datetime]:
    """The timeframe, start and exclusive end of a request, snapped outwards to buckets unless it declines that.

    An end in the future is cut to now, where there is nothing to count yet.
    """
    try:
        start = parse_moment(ask.query.get("start", (ask.now - timedelta(days=1)).isoformat()))
        end = parse_moment(ask.query.get("end", ask.now.isoformat()))
    except ValueError:
        raise Refusal(400) from None
    timeframe = ask.query.get("timeframe") or _automatic(end - start)
    if timeframe not in TIMEFRAMES or ask.query.get("timezone", "UTC") != "UTC" or start > end:
        raise Refusal(400)
    if ask.query.get("bound_to_timeframe", "true") == "true":
        start = start_of(timeframe, start)
        end = end if end == start_of(timeframe, end) else start_after(timeframe, start_of(timeframe, end))
    return timeframe, min(start, ask.now), min(end, ask.now)


def _automatic(length: timedelta) -> str:
    by_length = (*_AUTOMATIC, (timedelta(days=183), "week"))
    return next((timeframe for limit, timeframe in by_length if length < limit), "month")


def _expanded(ask: Ask, otherwise: str) -> set[str]:
    return set(",".join(ask.query.getlist("expand") or [otherwise]).split(","))


def _require_admin(key: Key) -> None:
    if key.role != "admin":
        raise Refusal(403)


def _identify(ask: Ask) -> Key:
    lacking = "Authentication required"
    return known_key(credential_after("Key", ask.headers), ("admin", "api"), lacking, lacking)


def _error_body(refusal: Refusal, path: str) -> Json:
    kind = _TYPES.get(refusal.status, "server_error" if refusal.status >= 500 else "validation_error")
    return {"error": {"type": kind, "message": wording(refusal, _USUAL), "request_id": "req_sandbox"}}


def _examples(state: State) -> dict[str, dict[str, str]]:
    return {role: {"api_key": f"sandbox.{role}"} for role in ("admin", "api")}


FAL_AI = Vendor(
    name="fal_ai",
    routes=(
        Route("GET", "/v1/account/billing", _billing),
        Route("GET", "/v1/models/usage", _usage(MODELS, 0)),
        Route("GET", "/v1/serverless/usage", _usage(APPS, len(MODELS))),
    ),
    identify=_identify,
    error_body=_error_body,
    examples=_examples,
)
