"""Azure OpenAI: the cost of AI services by day, from Azure Cost Management; in the currency that Azure bills.

The actual cost of Azure AI services in the scope; today is a lower bound. Azure answers only a few such questions a
minute. An Azure OpenAI resource's own key reads no money.

Quirks: an answer is a table whose columns are known by name alone; 204 is a scope without any cost.
"""

from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import parse_qsl, quote, urlsplit

from spend_pipeline.errors import NotConfigured
from spend_pipeline.money import Money, integer
from spend_pipeline.outbound.ask import Ask, Conversation, Credentials, Figures, Json
from spend_pipeline.outbound.body import array, text
from spend_pipeline.period import Period, midnight, stamp
from spend_pipeline.providers.declaration import Access, Call, Credential, Provider
from spend_pipeline.providers.spend_by_day import spend_by_day

LOGIN = "https://login.microsoftonline.com"
UNKNOWN_APP = NotConfigured("Microsoft Entra ID does not know this application: check tenant_id and client_id")
NO_COST = NotConfigured("Azure lists no cost of AI services in this scope yet this month")
AI_SERVICES = {"name": "ResourceType", "operator": "In", "values": ["microsoft.cognitiveservices/accounts"]}


def _spend(credentials: Credentials, period: Period) -> Conversation:
    (grant,) = yield Ask(
        url=f"{LOGIN}/{quote(credentials['tenant_id'], safe='')}/oauth2/v2.0/token",
        method="POST",
        form={
            "grant_type": "client_credentials",
            "client_id": credentials["client_id"],
            "client_secret": credentials["client_secret"],
            "scope": "https://management.azure.com/.default",
        },
        meaning={400: UNKNOWN_APP},
    )
    try:
        pages = yield Ask(
            f"/{quote(credentials['scope'].strip('/'))}/providers/Microsoft.CostManagement/query",
            {"api-version": "2023-11-01"},
            method="POST",
            json=_question(period),
            headers={"Authorization": f"Bearer {text(grant['access_token'])}"},
            meaning={204: NO_COST},
            next_page=_next_page,
        )
    except NotConfigured as failure:
        if failure is not NO_COST:
            raise
        return Figures(notes=(str(NO_COST),))
    rows = (row for page in pages for row in _rows(page["properties"]))
    return spend_by_day(
        ((_day(row), [Money.spent(row["Cost"], row["Currency"])]) for row in rows), period, sparse=False
    )


def _question(period: Period) -> dict[str, Json]:
    return {
        "type": "ActualCost",
        "timeframe": "Custom",
        "timePeriod": {"from": stamp(midnight(period.month_start)), "to": stamp(period.now)},
        "dataset": {
            "granularity": "Daily",
            "aggregation": {"totalCost": {"name": "Cost", "function": "Sum"}},
            "filter": {"dimensions": AI_SERVICES},
        },
    }


def _next_page(page: Json, ask: Ask) -> Ask | None:
    """The same question with the link's query: the token never follows a link to another host."""
    link = page["properties"]["nextLink"]
    return replace(ask, params=dict(parse_qsl(urlsplit(text(link)).query))) if link is not None else None


def _rows(table: Json) -> list[dict[str, Json]]:
    names = [text(column["name"]) for column in array(table["columns"])]
    return [dict(zip(names, array(row), strict=True)) for row in array(table["rows"])]


def _day(row: dict[str, Json]) -> datetime:
    return datetime.strptime(f"{integer(row['UsageDate']):f}", "%Y%m%d").replace(tzinfo=UTC)


KEY = "client secret with Cost Management Reader"

AZURE_OPENAI = Provider(
    name="azure_openai",
    label="Azure OpenAI",
    base_url="https://management.azure.com",
    hosts=(LOGIN,),
    credentials=(
        Credential("tenant_id", "the directory (tenant) id of the app registration"),
        Credential("client_id", "its application (client) id"),
        Credential("client_secret", "one of its client secrets"),
        Credential("scope", "subscriptions/<id>, or subscriptions/<id>/resourceGroups/<name>"),
    ),
    access=(
        Access(
            needs=("tenant_id", "client_id", "client_secret", "scope"),
            calls=(Call(_spend, {"usage_today": KEY, "usage_month": KEY}),),
            permission="give the app registration the role Cost Management Reader on the scope",
        ),
    ),
    source="https://learn.microsoft.com/en-us/rest/api/cost-management/query/usage (read 2026-08)",
    about=__doc__,
    unit="the billing currency",
    lag="hours",
)
