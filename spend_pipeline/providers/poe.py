"""Poe: points that are left, and points spent, summed over the list of queries; points are not money.

Poe keeps 30 days of queries, so on the 31st the month is a lower bound.

Quirks: the newest query comes first and the last one's id asks for the next page; times are microseconds; points below
zero are a refund.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from spend_pipeline.errors import Unreadable
from spend_pipeline.money import Money, not_negative, sum_money
from spend_pipeline.outbound.ask import Ask, Conversation, Credentials, Figures, Json, NextPage
from spend_pipeline.outbound.auth import bearer
from spend_pipeline.outbound.body import array, text
from spend_pipeline.period import Period, midnight
from spend_pipeline.providers.declaration import Access, Call, Credential, Provider

POINTS = "points"
KEPT = timedelta(days=30)
LACKS_A_DAY = "Poe keeps 30 days of queries: the month lacks what was spent before"


def _balance(credentials: Credentials, period: Period) -> Conversation:
    (answer,) = yield Ask("/usage/current_balance")
    return Figures(balance=Money.units(not_negative(answer["current_point_balance"]), POINTS))


def _spend(credentials: Credentials, period: Period) -> Conversation:
    pages = yield Ask("/usage/points_history", {"limit": "100"}, next_page=_older(period))
    queries = [(_moment(query), Money.units(query["cost_points"], POINTS)) for page in pages for query in page["data"]]
    if any(later < earlier for (later, _), (earlier, _) in pairwise(queries)):
        raise Unreadable("the queries are not listed from the newest to the oldest")
    month = [(moment, cost) for moment, cost in queries if moment >= midnight(period.month_start)]
    return Figures(
        usage_today=sum_money((cost for moment, cost in month if moment.date() == period.today), POINTS),
        usage_month=sum_money((cost for _, cost in month), POINTS),
        notes=(LACKS_A_DAY,) if period.now - midnight(period.month_start) > KEPT else (),
    )


def _older(period: Period) -> NextPage:
    """Follow the list until it ends or leaves this month."""

    def following(page: Json, ask: Ask) -> Ask | None:
        queries = array(page["data"])
        if page["has_more"] not in (True, False) or page["length"] != len(queries):
            raise Unreadable("'has_more' or 'length' does not say what the page holds")
        if not page["has_more"] or _moment(queries[-1]) < midnight(period.month_start):
            return None
        return replace(ask, params={**ask.params, "starting_after": text(queries[-1]["query_id"])})

    return following


def _moment(query: Json) -> datetime:
    micros = query["creation_time"]
    if type(micros) is not int or micros < 0:
        raise Unreadable("'creation_time' is not the whole number it is documented to be")
    return datetime.fromtimestamp(0, UTC) + timedelta(microseconds=micros)


POE = Provider(
    name="poe",
    label="Poe",
    base_url="https://api.poe.com",
    credentials=(Credential("api_key", "any API key (poe.com/api_key)"),),
    access=(
        Access(
            needs=("api_key",),
            auth=(bearer(),),
            calls=(
                Call(_balance, {"balance": "any key"}),
                Call(_spend, {"usage_today": "any key", "usage_month": "any key"}),
            ),
            permission="create an API key at poe.com/api_key",
        ),
    ),
    source="https://creator.poe.com/api-reference (read 2026-08)",
    about=__doc__,
    unit="points",
)
