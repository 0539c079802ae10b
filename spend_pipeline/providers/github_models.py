"""GitHub Models: what is left of its spend in GitHub's billing usage, after discounts; USD.

Retired on 2026-07-30: only spend before that day is told, after discounts. What an organization pays is not in its
members' reports. GitHub answers 403 as well where it limits requests.

Quirk: one report lists every product.
"""

from collections.abc import Generator
from datetime import date
from urllib.parse import quote

from spend_pipeline.errors import NotConfigured, Unreadable
from spend_pipeline.money import Money, sum_money
from spend_pipeline.outbound.ask import Ask, Conversation, Credentials, Figures, Pages
from spend_pipeline.outbound.auth import bearer
from spend_pipeline.outbound.body import array, text
from spend_pipeline.period import Period, parse_moment
from spend_pipeline.providers.declaration import Access, Call, Credential, Provider

PRODUCT = "models"
HEADERS = {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"}
NO_ACCOUNT = NotConfigured(
    "GitHub shows this token no billing of that account: it must be its user's or administrator's"
)


def _organization(credentials: Credentials, period: Period) -> Conversation:
    return (yield from _spend("/organizations", credentials["organization"], period))


def _user(credentials: Credentials, period: Period) -> Conversation:
    return (yield from _spend("/users", credentials["username"], period))


def _spend(kind: str, name: str, period: Period) -> Conversation:
    month = {"year": str(period.today.year), "month": str(period.today.month)}
    route = f"{kind}/{quote(name, safe='')}/settings/billing/usage"
    today = yield from _net(route, {**month, "day": str(period.today.day)}, period.today, period.tomorrow)
    whole = yield from _net(route, month, period.month_start, period.tomorrow)
    return Figures(usage_today=today, usage_month=whole, account=name)


def _net(route: str, params: dict[str, str], start: date, end: date) -> Generator[Ask, Pages, Money]:
    (answer,) = yield Ask(route, params, headers=HEADERS, meaning={404: NO_ACCOUNT})
    items = [item for item in array(answer["usageItems"]) if text(item["product"]).casefold() == PRODUCT]
    if not all(start <= parse_moment(item["date"]).date() < end for item in items):
        raise Unreadable("the usage is of another time than was asked")
    return sum_money(Money.spent(item["netAmount"]) for item in items)


KEY = "token with Plan: read, or Administration: read of the organization"
SPEND = {"usage_today": KEY, "usage_month": KEY}

GITHUB_MODELS = Provider(
    name="github_models",
    label="GitHub Models",
    base_url="https://api.github.com",
    credentials=(
        Credential("api_key", "a fine-grained token with Plan: read, or Administration: read of the organization"),
        Credential("username", "the user who pays"),
        Credential("organization", "the organization that pays"),
    ),
    access=(
        Access(
            needs=("api_key", "organization"),
            auth=(bearer(),),
            calls=(Call(_organization, SPEND),),
            permission="create a fine-grained token with Administration: read of the organization",
        ),
        Access(
            needs=("api_key", "username"),
            auth=(bearer(),),
            calls=(Call(_user, SPEND),),
            permission="create a fine-grained token with Plan: read",
        ),
    ),
    source="https://docs.github.com/rest/billing/usage (read 2026-10)",
    about=__doc__,
)
