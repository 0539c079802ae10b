"""Cohere: no public billing API; with a dashboard session token, the usage call of its own dashboard, one row a product
and day.

An API key reads nothing of money (nine likely routes answered 404 on 2026-08-03), so it is never sent. The dashboard's
own call needs a session token that lives about five days.
"""

from spend_pipeline.money import Money, sum_money
from spend_pipeline.outbound.ask import Ask, Conversation, Credentials, Figures
from spend_pipeline.outbound.auth import bearer
from spend_pipeline.outbound.body import array
from spend_pipeline.period import Period, midnight, parse_moment
from spend_pipeline.providers.declaration import NO_BILLING_API, Access, Call, Credential, Provider

DASHBOARD = "https://dashboard.cohere.com"


def _usage(credentials: Credentials, period: Period) -> Conversation:
    (answer,) = yield Ask(
        "/rpc/BlobheartAPI/GetAPIUsage",
        method="POST",
        headers={"Request-Source": "playground", "Origin": DASHBOARD, "Referer": f"{DASHBOARD}/"},
        json={
            "req": {
                "orgID": credentials["organization_id"],
                "after": f"{period.month_start}T00:00:00.000Z",
                "before": f"{period.tomorrow}T00:00:00.000Z",
                "includeTotal": True,
            }
        },
    )
    rows = [(parse_moment(row["time"]), Money.spent(row["total"])) for row in array(answer["usages"])]
    month = [(time, cost) for time, cost in rows if midnight(period.month_start) <= time < midnight(period.tomorrow)]
    return Figures(
        usage_today=sum_money(cost for time, cost in month if time.date() == period.today),
        usage_month=sum_money(cost for _, cost in month),
    )


TOKEN = "dashboard token"  # noqa: S105 - the name of a kind of key

COHERE = Provider(
    name="cohere",
    label="Cohere",
    base_url="https://production.api.os.cohere.com",
    credentials=(
        Credential("api_key", "any key; it is kept, never sent"),
        Credential("dashboard_token", "a session token of dashboard.cohere.com, good for about five days"),
        Credential("organization_id", "the organization's id, from the dashboard"),
    ),
    access=(
        Access(
            needs=("dashboard_token", "organization_id"),
            auth=(bearer("dashboard_token"),),
            calls=(Call(_usage, {"usage_today": TOKEN, "usage_month": TOKEN}, documented=False),),
            permission="sign in to the dashboard again and renew dashboard_token",
        ),
        Access(needs=("api_key",), note=NO_BILLING_API),
    ),
    source="the dashboard's own call; https://docs.cohere.com/reference has no billing route (read 2026-08)",
    about=__doc__,
    inferred="that its totals are USD",
)
