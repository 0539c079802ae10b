"""Novita: the balance and bills by day, as text of ten-thousandths of a dollar; bills tell every decimal as well.

Roles: `any`. A bill's `amount` is cut to a ten-thousandth, so that only `amountDecimal` adds up.
"""

from datetime import UTC, datetime

from spend_pipeline.sandbox.accounts import Account, dollars
from spend_pipeline.sandbox.cursors import whole_number
from spend_pipeline.sandbox.keys import Key, credential_after
from spend_pipeline.sandbox.state import State
from spend_pipeline.sandbox.vendor import Ask, Refusal, Route, Vendor, known_key, wording
from spend_pipeline.sandbox.windows import split, start_of
from spend_pipeline.sandbox.wire import Figure, Json

_PRODUCTS = {"deepseek/deepseek-v3.2": 5, "gpu-instance": 2}
_REASONS = {400: "INVALID_ARGUMENT", 401: "INVALID_API_KEY", 403: "FORBIDDEN", 429: "RATE_LIMITED"}
_FAR = 4_000_000_000


def _balance(ask: Ask, key: Key) -> Json:
    left = str(Account("novita", key.account).balance_at(ask.now) // 100)
    rest = {"creditLimit": "5000000", "pendingCharges": "0", "outstandingInvoices": "0"}
    return {"availableBalance": Figure(left, quoted=True), "cashBalance": left} | rest


def _bills(ask: Ask, key: Key) -> Json:
    if (ask.query.get("cycleType"), ask.query.get("productCategory")) != ("Day", "summary"):
        raise Refusal(400, "the sandbox has daily summaries only")
    first, last = (whole_number(ask.query.get(n, ""), 0, _FAR, Refusal(400, n)) for n in ("startTime", "endTime"))
    start = start_of("day", datetime.fromtimestamp(first, UTC))
    end = min(datetime.fromtimestamp(last + 1, UTC), ask.now)
    account = Account("novita", key.account)
    return {
        "bills": [
            _bill(product, begin, micros)
            for begin, until in split("day", start, end)
            for product, micros in zip(_PRODUCTS, account.shares(list(_PRODUCTS.values()), begin, until), strict=True)
        ]
    }


def _bill(product: str, begin: datetime, micros: int) -> Json:
    day, units = int(begin.timestamp()), str(micros // 100)
    bounds = {"startTime": str(day), "endTime": str(day + 86_399), "billingMethod": 1}
    amounts = {"amount": units, "amountDecimal": Figure(dollars(micros), quoted=True)}
    return bounds | {"productName": product, "category": "llm"} | amounts | {"voucherAmount": "0", "payAmount": units}


def _identify(ask: Ask) -> Key:
    return known_key(credential_after("Bearer", ask.headers), ("any",), "invalid api key", "invalid api key")


def _error_body(refusal: Refusal, path: str) -> Json:
    reason = _REASONS.get(refusal.status, "INTERNAL")
    return {"code": refusal.status, "reason": reason, "message": wording(refusal, {}), "metadata": {}}


def _examples(state: State) -> dict[str, dict[str, str]]:
    return {"any": {"api_key": "sandbox.any"}}


NOVITA = Vendor(
    name="novita",
    routes=(
        Route("GET", "/openapi/v1/billing/balance/detail", _balance),
        Route("GET", "/openapi/v1/billing/bill/list", _bills),
    ),
    identify=_identify,
    error_body=_error_body,
    examples=_examples,
)
