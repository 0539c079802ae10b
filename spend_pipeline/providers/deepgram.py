"""Deepgram: the balances and the billing breakdown of every project that the key sees; USD.

All projects that the key sees, added up; hours of old contracts are no money and are left out. A member's key may be
refused.

Quirks: the key goes behind the literal word `Token`; a balance may be in hours; `start` and `end` are dates, both
included.
"""

from collections.abc import Generator, Iterable
from datetime import date
from urllib.parse import quote

from spend_pipeline.errors import NotConfigured
from spend_pipeline.money import Money, sum_money
from spend_pipeline.outbound.ask import Ask, Conversation, Credentials, Figures, Pages
from spend_pipeline.outbound.auth import HeaderKey
from spend_pipeline.outbound.body import array, text
from spend_pipeline.period import Period
from spend_pipeline.providers.declaration import Access, Call, Credential, Provider

NO_PROJECT = "This Deepgram key sees no project: create one in the project whose billing to read"
NO_DOLLARS = "No balance: Deepgram lists none in dollars"


def _balance(credentials: Credentials, period: Period) -> Conversation:
    projects = yield from _projects()
    left: list[Money] = []
    for path in projects.values():
        (answer,) = yield Ask(f"{path}/balances")
        rows = [(text(row["units"]).casefold(), row["amount"]) for row in array(answer["balances"])]
        left += [Money.spent(amount) for units, amount in rows if units == "usd"]
    balance = sum_money(left) if left else None
    return Figures(balance=balance, notes=() if left else (NO_DOLLARS,), account=",".join(sorted(projects)))


def _spend(credentials: Credentials, period: Period) -> Conversation:
    paths = (yield from _projects()).values()
    today = yield from _between(paths, period.today, period.today)
    month = yield from _between(paths, period.month_start, period.today)
    return Figures(usage_today=today, usage_month=month)


def _projects() -> Generator[Ask, Pages, dict[str, str]]:
    """The path of each project, by its id."""
    (answer,) = yield Ask("/v1/projects")
    ids = [text(project["project_id"]) for project in array(answer["projects"])]
    if not ids:
        raise NotConfigured(NO_PROJECT)
    return {each: f"/v1/projects/{quote(each, safe='')}" for each in ids}


def _between(paths: Iterable[str], start: date, end: date) -> Generator[Ask, Pages, Money]:
    costs: list[Money] = []
    for path in paths:
        (answer,) = yield Ask(f"{path}/billing/breakdown", {"start": str(start), "end": str(end)})
        costs += [Money.spent(row["dollars"]) for row in array(answer["results"])]
    return sum_money(costs)


KEY = "owner's or admin's key"

DEEPGRAM = Provider(
    name="deepgram",
    label="Deepgram",
    base_url="https://api.deepgram.com",
    credentials=(Credential("api_key", "a key of a project's owner or admin (console.deepgram.com)"),),
    access=(
        Access(
            needs=("api_key",),
            auth=(HeaderKey("Authorization", scheme="Token"),),
            calls=(
                Call(_balance, {"balance": KEY}, missing="a key with the right to read billing"),
                Call(_spend, {"usage_today": KEY, "usage_month": KEY}, missing="a key with the right to read billing"),
            ),
            permission="create a key with the role of owner or admin at console.deepgram.com (Settings, API Keys)",
        ),
    ),
    source="https://developers.deepgram.com/reference/manage/billing (read 2026-07-22)",
    about=__doc__,
    inferred="that the days are UTC",
)
