"""Together: hourly cost windows of the whole organization; balance by an undocumented route.

The usage route is in beta: an organization that was not let in is answered 404, and the error says so. Only finished
hours are listed. With `organization_id` the balance is asked as well, by a route that was seen in two public projects.

Quirks: amounts are decimal strings; 404 means not let into the beta, not a bad key; `organization_id` is optional now
and required later, so it is asked for where it was not given.
"""

from collections.abc import Generator
from datetime import date
from urllib.parse import quote

from spend_pipeline.errors import InvalidKey, NotConfigured, ProviderFailure, Unreadable
from spend_pipeline.money import Money, number, sum_money
from spend_pipeline.outbound.ask import Ask, Conversation, Credentials, Figures, Pages
from spend_pipeline.outbound.auth import bearer
from spend_pipeline.outbound.body import array, text
from spend_pipeline.outbound.paging import cursor
from spend_pipeline.period import Period
from spend_pipeline.providers.declaration import Access, Call, Credential, Provider

NOT_ENABLED = NotConfigured("The billing API is not enabled for this organization: ask Together's support to enable it")


def _spend(credentials: Credentials, period: Period) -> Conversation:
    organization = credentials.get("organization_id") or (yield from _own_organization())
    pages = yield Ask(
        "/v1/billing/usage",
        {"month": period.month, "granularity": "hour"} | ({"organization_id": organization} if organization else {}),
        meaning={404: NOT_ENABLED},
        next_page=cursor("next_cursor", param="cursor"),
    )
    if any(page["billing_period"] != period.month for page in pages):
        raise Unreadable("the usage is of another month than was asked")
    costs = [
        (date.fromisoformat(window["date"]), Money.spent(line["cost"], page["currency"]))
        for page in pages
        for window in array(page["data"])
        for line in array(window["line_items"])
    ]
    return Figures(
        usage_today=sum_money(cost for day, cost in costs if day == period.today),
        usage_month=sum_money(cost for _, cost in costs),
    )


def _own_organization() -> Generator[Ask, Pages, str | None]:
    try:
        (identity,) = yield Ask("/v1/whoami")
    except InvalidKey:
        raise
    except ProviderFailure:
        return None
    return text(identity["organization_id"])


def _balance(credentials: Credentials, period: Period) -> Conversation:
    organization = quote(credentials["organization_id"], safe="")
    (answer,) = yield Ask(f"/api/billing/organizations/{organization}/ongoing-balance")
    cents = number(answer["totalOngoingBalanceCents"])
    if cents % 1:
        raise Unreadable("a balance in whole cents has a fraction")
    return Figures(balance=Money.cents(cents))


PERMISSION = "create an API key of any project of the organization at api.together.ai/settings/api-keys"
SPEND = Call(
    _spend,
    {"usage_today": "any key", "usage_month": "any key"},
    missing="the billing API enabled for the organization by Together's support",
)

TOGETHER = Provider(
    name="together",
    label="Together",
    base_url="https://api.together.ai",
    credentials=(
        Credential("api_key", "any project key"),
        Credential("organization_id", "the organization's id (org_...), which also opens the undocumented balance"),
    ),
    access=(
        Access(
            needs=("api_key", "organization_id"),
            auth=(bearer(),),
            calls=(
                SPEND,
                Call(
                    _balance,
                    {"balance": "any key + organization_id"},
                    missing="Together's undocumented balance route, or a recorded balance",
                    documented=False,
                ),
            ),
            permission=PERMISSION,
        ),
        Access(needs=("api_key",), auth=(bearer(),), calls=(SPEND,), permission=PERMISSION),
    ),
    source="https://docs.together.ai/reference/billing-usage (read 2026-08)",
    about=__doc__,
    unit="USD; the balance in cents",
    lag="up to an hour",
    inferred="the sign of the balance",
)
