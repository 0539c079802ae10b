"""OpenRouter: lifetime credits less lifetime usage, and each key's spend today and this month; all USD.

With an ordinary key, spend is that key's own and the balance is unknown: `/credits` may answer it 0 of 0, which is not
believed. With a management key, which cannot run inference, spend is summed over the keys of the default workspace;
deleted keys are gone from the list, so it is a lower bound. Spend on keys of one's own at other vendors (BYOK) is not
OpenRouter's and is left out.

Quirks: `/keys` pages by offset without a total, and a list that moves while it is read can show a key twice.
"""

from collections.abc import Iterable

from spend_pipeline.errors import InvalidKey, Refused
from spend_pipeline.money import Money, sum_money
from spend_pipeline.outbound.ask import Ask, Conversation, Credentials, Figures, Json
from spend_pipeline.outbound.auth import bearer
from spend_pipeline.outbound.body import array, text
from spend_pipeline.outbound.paging import offset
from spend_pipeline.period import Period
from spend_pipeline.providers.declaration import Access, Call, Credential, Provider

NO_BALANCE = "The balance needs a management key"
OWN_SPEND = "spend is this key's own: a management key gives the account's"


def _read(credentials: Credentials, period: Period) -> Conversation:
    balance: Money | None = None
    unused = True
    try:
        (credits,) = yield Ask("/api/v1/credits")
        bought, used = Money.spent(credits["data"]["total_credits"]), Money.spent(credits["data"]["total_usage"])
        balance, unused = bought - used, bought.amount == used.amount == 0
    except InvalidKey:
        raise
    except Refused:
        pass
    try:
        pages = yield Ask(
            "/api/v1/keys",
            {"include_disabled": "true", "offset": "0"},
            next_page=offset(lambda page: array(page["data"])),
        )
    except InvalidKey:
        raise
    except Refused:
        (own,) = yield Ask("/api/v1/key")
        known = None if unused else balance  # an ordinary key may be told 0 of 0, which is not the account's balance
        return _figures(known, [own["data"]], *([] if known else [NO_BALANCE]), OWN_SPEND)
    keys = {text(key["hash"]): key for page in pages for key in page["data"]}
    return _figures(balance, keys.values(), *([] if balance else [NO_BALANCE]))


def _figures(balance: Money | None, keys: Iterable[Json], *notes: str) -> Figures:
    listed = list(keys)
    return Figures(
        balance=balance,
        usage_today=sum_money(Money.spent(key["usage_daily"]) for key in listed),
        usage_month=sum_money(Money.spent(key["usage_monthly"]) for key in listed),
        notes=notes,
    )


OPENROUTER = Provider(
    name="openrouter",
    label="OpenRouter",
    base_url="https://openrouter.ai",
    credentials=(Credential("api_key", "a management key; an ordinary key gives only its own spend"),),
    access=(
        Access(
            needs=("api_key",),
            auth=(bearer(),),
            calls=(Call(_read, {"balance": "management key", "usage_today": "any key", "usage_month": "any key"}),),
            permission="create a management key at openrouter.ai/settings/management-keys",
        ),
    ),
    source="https://openrouter.ai/docs/api-reference/credits (read 2026-08-22)",
    about=__doc__,
    lag="none is known; the balance may be a minute old",
    inferred="that a list of keys without deleted ones is a lower bound",
)
