"""Mistral's Admin API: a month of quantities and a price list, and the spend limit; no cost field, no paging.

Roles: `admin` is taken in x-api-key, `bearer` in `Authorization: Bearer`, each only there; `ordinary` gets 401.
Money: cost of a row = (value_paid, else value) x price, in the account's currency.
"""

from datetime import datetime, timedelta

from spend_pipeline.sandbox.accounts import Account, currencies_of, dollars
from spend_pipeline.sandbox.cursors import whole_number
from spend_pipeline.sandbox.keys import Key, credential_after
from spend_pipeline.sandbox.state import State
from spend_pipeline.sandbox.vendor import Ask, Refusal, Route, Vendor, known_key, wording
from spend_pipeline.sandbox.vendors.mistral_lines import BILLED_STEP, LINES, price_list, row
from spend_pipeline.sandbox.windows import split, start_after, start_of, zulu
from spend_pipeline.sandbox.wire import Figure, Json

STORING_ACCOUNT = "fine-tuner"  # keeps models whose storage no price covers: its spend cannot be known from usage
_SYMBOLS = {"EUR": "€", "USD": "$"}
_FLAT = ("completion", "chat", "ocr", "connectors", "audio", "audio_characters")
_IN_LIBRARIES = ("pages", "tokens", "audio_seconds")
_IN_VIBE_CODE = ("completion", "ocr", "connectors", "audio", "audio_characters")


def _usage(ask: Ask, key: Key) -> Json:
    start = _asked_month(ask)
    end = start_after("month", start)
    tree = _blank()
    tree["fine_tuning"]["storage"] = {"ft:open-mistral-nemo:acme": 3 if key.account == STORING_ACCOUNT else 0}
    _fill(tree, _account(key), start, min(end, ask.now))
    currency = currencies_of(key.account)[0]
    following = f"{end:%Y-%m}" if end <= ask.now else None
    months = {"previous_month": f"{start - timedelta(days=1):%Y-%m}", "next_month": following}
    bounds = {"start_date": zulu(start), "end_date": f"{end - timedelta(days=1):%Y-%m-%d}T23:59:59.999Z"}
    money = {"currency": currency, "currency_symbol": _SYMBOLS[currency], "prices": price_list()}
    return tree | {"vibe_usage": 0, "date": zulu(start), **months, **bounds, **money}


def _spend_limit(ask: Ask, key: Key) -> Json:
    spent = dollars(_account(key).spent(start_of("month", ask.now), ask.now))
    completion = {"no_monthly_limit": False, "monthly_limit_reached": False, "usage": Figure(spent)}
    completion |= {"vibe_usage": 0.0, "total_usage": Figure(spent), "usage_limit": 500}
    failures = {"last_payment_failure": False, "last_payment_failure_protection": None}
    return {"limits": {"completion": completion, **failures, "currency": currencies_of(key.account)[0]}}


def _asked_month(ask: Ask) -> datetime:
    this_month = start_of("month", ask.now)
    year = whole_number(ask.query.get("year", str(this_month.year)), 2000, 2100, Refusal(422, "year"))
    month = whole_number(ask.query.get("month", str(this_month.month)), 1, 12, Refusal(422, "month"))
    return this_month.replace(year=year, month=month)


def _blank() -> Json:
    flat: Json = {name: {"models": {}} for name in _FLAT}
    libraries: Json = {name: {"models": {}} for name in _IN_LIBRARIES}
    vibe_code: Json = {name: {"models": {}} for name in _IN_VIBE_CODE}
    return flat | {"libraries_api": libraries, "fine_tuning": {"training": {}, "storage": {}}, "vibe_code": vibe_code}


def _fill(tree: Json, account: Account, start: datetime, end: datetime) -> None:
    for begin, until in split("day", start, end):
        for line, micros in zip(LINES, account.shares([line.weight for line in LINES], begin, until), strict=True):
            entry = row(line, micros, begin)
            if entry["value"]:
                branch = tree
                for name in line.branch:
                    branch = branch.setdefault(name, {})
                branch.setdefault(line.group, []).append(entry)


def _account(key: Key) -> Account:
    return Account("mistral", key.account, step=BILLED_STEP)


def _identify(ask: Ask) -> Key:
    own_header = ask.headers.get("x-api-key")
    sent = own_header or credential_after("Bearer", ask.headers)
    key = known_key(sent, ("admin", "bearer"), "Unauthorized", "Unauthorized")
    if (key.role == "admin") != bool(own_header):
        raise Refusal(401)
    return key


def _error_body(refusal: Refusal, path: str) -> Json:
    if refusal.status == 422:
        return {"detail": [{"loc": ["query", refusal.message], "msg": "Input should be valid", "type": "value_error"}]}
    return {"detail": wording(refusal, {401: "Unauthorized"})}


def _examples(state: State) -> dict[str, dict[str, str]]:
    keys = {
        "admin": "sandbox.admin",
        "bearer": "sandbox.bearer",
        "euro": "sandbox.admin.paris",
        "ordinary": "sandbox.ordinary",
    }
    return {name: {"api_key": key} for name, key in keys.items()}


MISTRAL = Vendor(
    name="mistral",
    routes=(Route("GET", "/v1/admin/usage", _usage), Route("GET", "/v1/admin/spend-limit", _spend_limit)),
    identify=_identify,
    error_body=_error_body,
    examples=_examples,
)
