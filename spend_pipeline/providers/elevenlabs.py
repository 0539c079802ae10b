"""ElevenLabs: credits that are left of the plan's period, and credits spent by day; credits are not money.

The balance is of the plan's period, spend of the calendar month. A permission that is missing is answered like a wrong
key, so where both routes refuse a key, the error names both.

Quirks: times are asked in milliseconds; usage is a table whose columns are known by type and unit, not by name.
"""

from spend_pipeline.errors import Refused
from spend_pipeline.money import Money, not_negative
from spend_pipeline.outbound.ask import Ask, Conversation, Credentials, Figures, Json
from spend_pipeline.outbound.auth import HeaderKey
from spend_pipeline.outbound.body import array, text
from spend_pipeline.period import Period, midnight, parse_moment
from spend_pipeline.providers.declaration import Access, Call, Credential, Provider
from spend_pipeline.providers.spend_by_day import spend_by_day

CREDITS = "credits"
NO_BALANCE = "No balance: API key lacks billing permission: the key needs user_read"
NO_USAGE = "No usage today or usage this month: API key lacks billing permission: the key needs workspace analytics"


def _read(credentials: Credentials, period: Period) -> Conversation:
    balance: Money | None = None
    try:
        (plan,) = yield Ask("/v1/user/subscription")
        balance = _credits(plan["character_limit"]) - _credits(plan["character_count"])
    except Refused:
        pass
    try:
        (table,) = yield Ask(
            "/v1/workspace/analytics/query/usage-by-product-over-time",
            method="POST",
            json={
                "start_time": int(midnight(period.month_start).timestamp()) * 1000,
                "end_time": int(period.now.timestamp()) * 1000,
                "interval_seconds": 86400,
            },
        )
    except Refused:
        if balance is None:
            raise
        return Figures(balance, notes=(NO_USAGE,))
    spend = _spend(table, period)
    return Figures(balance, spend.usage_today, spend.usage_month, (*([] if balance else [NO_BALANCE]), *spend.notes))


def _spend(table: Json, period: Period) -> Figures:
    (time,) = [at for at, kind in enumerate(array(table["column_types"])) if kind == "DateTime"]
    ((cost, unit),) = [(at, text(unit)) for at, unit in enumerate(array(table["column_units"])) if unit is not None]
    spent = _credits if unit == CREDITS else lambda value: Money.spent(value, unit)
    days = ((parse_moment(row[time]), [spent(row[cost])]) for row in map(array, array(table["rows"])))
    return spend_by_day(days, period, sparse=False, unit=CREDITS)


def _credits(value: Json) -> Money:
    return Money.units(not_negative(value), CREDITS)


KEY = "key with user_read"
ANALYTICS = "key with workspace analytics"

ELEVENLABS = Provider(
    name="elevenlabs",
    label="ElevenLabs",
    base_url="https://api.elevenlabs.io",
    credentials=(Credential("api_key", "a key with the permissions user_read and workspace analytics, and no other"),),
    access=(
        Access(
            needs=("api_key",),
            auth=(HeaderKey("xi-api-key"),),
            calls=(Call(_read, {"balance": KEY, "usage_today": ANALYTICS, "usage_month": ANALYTICS}),),
            lacking_is_401=True,
            permission="create a key with user_read and workspace analytics at elevenlabs.io/app/settings/api-keys",
        ),
    ),
    source="https://elevenlabs.io/docs/api-reference/user/subscription/get (read 2026-07-23)",
    about=__doc__,
    unit="credits",
)
