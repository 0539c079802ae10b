"""xAI: prepaid credit less what this cycle used of it, in cents; spend by day, in dollars; USD.

The balance is prepaid credit less what the running cycle used of it; spend is summed from days. An inference key is
refused, and a key of a whole organization needs `team_id` beside it.

Quirks: credit has an inverted sign in some answers, so only its size counts; the ledger is posted when a cycle closes,
so the preview of the running invoice is read instead; a series of days may be cut off, and says so.
"""

from collections.abc import Generator
from dataclasses import replace
from urllib.parse import quote

from spend_pipeline.errors import NotConfigured
from spend_pipeline.money import Money, number
from spend_pipeline.outbound.ask import Ask, Conversation, Credentials, Figures, Json, Pages
from spend_pipeline.outbound.auth import bearer
from spend_pipeline.outbound.body import array, text
from spend_pipeline.period import Period, midnight, parse_moment
from spend_pipeline.providers.declaration import Access, Call, Credential, Provider
from spend_pipeline.providers.spend_by_day import spend_by_day

WHOSE_TEAM = "This management key is of an organization: set team_id to the team whose billing to read"
DOLLARS = {"name": "usd", "aggregation": "AGGREGATION_SUM"}
BY_DAY = {"timeUnit": "TIME_UNIT_DAY", "values": [DOLLARS], "groupBy": [], "filters": []}
CUT_OFF = "No usage today or usage this month: xAI cut the list of days off"


def _read(credentials: Credentials, period: Period) -> Conversation:
    team = credentials.get("team_id") or (yield from _own_team())
    billing = f"/v1/billing/teams/{quote(team, safe='')}"
    (preview,) = yield Ask(f"{billing}/postpaid/invoice/preview")
    invoice = preview["coreInvoice"]
    left = _size(invoice["prepaidCredits"]) - _size(invoice["prepaidCreditsUsed"])
    (usage,) = yield Ask(f"{billing}/usage", method="POST", json={"analyticsRequest": _by_day(period)})
    return replace(_spend(usage, period), balance=left, account=team)


def _own_team() -> Generator[Ask, Pages, str]:
    (key,) = yield Ask("/auth/management-keys/validation")
    if key["scope"] == "SCOPE_ORGANIZATION":
        raise NotConfigured(WHOSE_TEAM)
    return text(key["scopeId"] if key["scope"] == "SCOPE_TEAM" else key["teamId"])


def _size(cents: Json) -> Money:
    return Money.cents(abs(number(text(cents["val"]))))


def _by_day(period: Period) -> dict[str, Json]:
    start, end = (f"{moment:%Y-%m-%d %H:%M:%S}" for moment in (midnight(period.month_start), period.now))
    return {**BY_DAY, "timeRange": {"startTime": start, "endTime": end, "timezone": "Etc/GMT"}}


def _spend(usage: Json, period: Period) -> Figures:
    if usage["limitReached"] is not False:
        return Figures(notes=(CUT_OFF,))
    points = [point for series in array(usage["timeSeries"]) for point in array(series["dataPoints"])]
    costs = ((point["timestamp"], array(point["values"])) for point in points)
    return spend_by_day(((parse_moment(at), [Money.spent(value)]) for at, (value,) in costs), period, sparse=True)


KEY = "management key"

XAI = Provider(
    name="xai",
    label="xAI",
    base_url="https://management-api.x.ai",
    credentials=(
        Credential("api_key", "a management key that may read billing"),
        Credential("team_id", "the team's id; needed only where the key is of a whole organization"),
    ),
    access=(
        Access(
            needs=("api_key",),
            auth=(bearer(),),
            calls=(Call(_read, {"balance": KEY, "usage_today": KEY, "usage_month": KEY}),),
            lacking_is_401=True,
            permission="create a management key that may read billing at console.x.ai (Settings, Management Keys)",
        ),
    ),
    source="https://docs.x.ai/developers/rest-api-reference/management/billing (read 2026-08)",
    about=__doc__,
    unit="USD; the balance in cents",
)
