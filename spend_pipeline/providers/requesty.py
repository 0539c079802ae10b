"""Requesty: the organization's balance and spend by day; USD. A key that may not manage tells its own spend.

A key without *manage: read* gives its own spend and no balance.

Quirks: an amount is text or a number; days are the names of a map; usage is asked in the query, although the
documentation shows a body.
"""

from collections.abc import Generator
from dataclasses import replace

from spend_pipeline.errors import InvalidKey, Refused
from spend_pipeline.money import Money
from spend_pipeline.outbound.ask import Ask, Conversation, Credentials, Figures, Pages
from spend_pipeline.outbound.auth import bearer
from spend_pipeline.period import Period, midnight, parse_moment, stamp
from spend_pipeline.providers.declaration import Access, Call, Credential, Provider
from spend_pipeline.providers.spend_by_day import spend_by_day

OWN_SPEND = "spend is this key's own: a key with manage: read gives the organization's"


def _balance(credentials: Credentials, period: Period) -> Conversation:
    (organization,) = yield Ask("/v1/manage/org")
    return Figures(balance=Money.whole(organization["balance"]))


def _spend(credentials: Credentials, period: Period) -> Conversation:
    try:
        return (yield from _usage("/v1/manage/org/usage", period))
    except InvalidKey:
        raise
    except Refused:
        own = yield from _usage("/v1/manage/apikey/self/usage", period)
        return replace(own, notes=(*own.notes, OWN_SPEND))


def _usage(path: str, period: Period) -> Generator[Ask, Pages, Figures]:
    window = {"start": stamp(midnight(period.month_start)), "end": stamp(period.now), "resolution": "day"}
    (answer,) = yield Ask(path, window)
    days = ((parse_moment(day), [Money.spent(told["spend"])]) for day, told in answer["usage"].items())
    return spend_by_day(days, period, sparse=False)


REQUESTY = Provider(
    name="requesty",
    label="Requesty",
    base_url="https://api-v2.requesty.ai",
    credentials=(Credential("api_key", "a key with manage: read; another gives only its own spend"),),
    access=(
        Access(
            needs=("api_key",),
            auth=(bearer(),),
            calls=(
                Call(_spend, {"usage_today": "any key", "usage_month": "any key"}),
                Call(_balance, {"balance": "key with manage: read"}, missing="a key with manage: read"),
            ),
            permission="create a key with manage: read at app.requesty.ai/api-keys",
        ),
    ),
    source="https://docs.requesty.ai (read 2026-08)",
    about=__doc__,
)
