"""Pages: however the rows are cut into them, the sums are the same; and a page that comes again is no page."""

import json
from collections.abc import Iterator, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from spend_pipeline.errors import Unreadable
from spend_pipeline.money import Money, sum_money
from spend_pipeline.outbound.ask import Ask, Conversation, Credentials, Figures
from spend_pipeline.outbound.client import Client
from spend_pipeline.outbound.deadline import Deadline
from spend_pipeline.outbound.line import Line
from spend_pipeline.outbound.paging import cursor, offset
from spend_pipeline.period import Period, midnight, stamp
from spend_pipeline.providers import PROVIDERS
from spend_pipeline_tests.conftest import NOON
from spend_pipeline_tests.outbound.fault_server import Exchange, FaultServer, faulty

PERIOD = Period(NOON)
AMOUNTS = st.lists(st.decimals(0, 10**6, places=6), max_size=12)
CUTS = st.lists(st.integers(0, 12), max_size=6)
OVER_SOCKETS = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def cut(rows: Sequence[Any], cuts: list[int]) -> list[Sequence[Any]]:
    """The rows in pages that end at these places; some may be empty."""
    ends = [*sorted(min(each, len(rows)) for each in cuts), len(rows)]
    return [rows[start:end] for start, end in zip([0, *ends], ends, strict=False)]


class Book:
    """What the server has: pages by cursor, or rows by offset."""

    pages: list[Sequence[Any]]
    following: list[str | None]

    def __call__(self, exchange: Exchange) -> None:
        asked = exchange.line.split()[1].rpartition("=")[2]
        page = self.following.index(asked) + 1 if asked in self.following else 0
        rows = ", ".join(str(amount) for amount in self.pages[page])
        exchange.answer(f'{{"rows": [{rows}], "next": {json.dumps(self.following[page])}}}'.encode())


@pytest.fixture
def book() -> Book:
    return Book()


@pytest.fixture
def server(book: Book) -> Iterator[FaultServer]:
    with faulty(book) as running:
        yield running


def spent(credentials: Credentials, period: Period) -> Conversation:
    pages = yield Ask("/rows", {"page": "first"}, next_page=cursor("next", param="page"))
    return Figures(usage_month=sum_money(Money.spent(row) for page in pages for row in page["rows"]))


@OVER_SOCKETS
@given(AMOUNTS, CUTS)
def test_any_split_into_pages_gives_the_same_sum(
    server: FaultServer, book: Book, amounts: list[Decimal], cuts: list[int]
) -> None:
    """Over a real socket, page by page; not one digit differs."""
    book.pages = cut(amounts, cuts)
    book.following = [*(f"c{number}" for number in range(1, len(book.pages))), None]
    figures = Line(Client(), Deadline.after(20), server.url).converse(spent({}, PERIOD))
    assert figures.usage_month == Money(sum(amounts, Decimal(0)), "USD")


@OVER_SOCKETS
@given(st.lists(st.integers(1, 6), min_size=1, max_size=12))
def test_a_cursor_that_comes_again_ends_the_reading(server: FaultServer, book: Book, cursors: list[int]) -> None:
    """Any sequence with a repetition fails, and no page is asked twice on the way."""
    book.pages = [[1]] * (len(cursors) + 1)
    book.following = [*(f"c{number}" for number in cursors), None]
    before = len(server.requests)
    line = Line(Client(), Deadline.after(20), server.url)
    if len(set(cursors)) == len(cursors):
        figures = line.converse(spent({}, PERIOD))
        assert figures.usage_month == Money(Decimal(len(book.pages)), "USD")
    else:
        with pytest.raises(Unreadable, match="the pages repeat"):
            line.converse(spent({}, PERIOD))
    asked = [request.line for request in server.requests[before:]]
    assert len(asked) == len(set(asked))


@given(st.lists(st.integers(1, 5), max_size=8))
def test_an_offset_reaches_every_row_whatever_the_pages_hold(sizes: list[int]) -> None:
    """The server may give fewer than were asked for; only an empty page is the end."""
    following = offset(list)
    rows, ask, read = list(range(sum(sizes))), Ask("/rows"), list[int]()
    for size in [*sizes, 0]:
        start = int(ask.params.get("offset", "0"))
        page = rows[start : start + size]
        read += page
        turned = following(page, ask)
        assert (turned is None) is (size == 0)
        ask = turned or ask
    assert read == rows


def anthropic_day(number: int, cents: Decimal) -> Any:
    day = midnight(PERIOD.month_start) + timedelta(days=number)
    results = [{"amount": str(cents), "currency": "USD"}]
    return {"starting_at": stamp(day), "ending_at": stamp(day + timedelta(days=1)), "results": results}


def openai_day(number: int, dollars: Decimal) -> Any:
    start = int((midnight(PERIOD.month_start) + timedelta(days=number)).timestamp())
    return {"start_time": start, "results": [{"amount": {"value": dollars, "currency": "usd"}}]}


@pytest.mark.parametrize(("name", "day", "places"), [("anthropic", anthropic_day, 2), ("openai", openai_day, 0)])
@given(amounts=st.lists(st.decimals(0, 10**6, places=6), min_size=22, max_size=22), cuts=CUTS)
def test_a_providers_month_is_the_same_however_it_is_paged(
    name: str, day: Any, places: int, amounts: list[Decimal], cuts: list[int]
) -> None:
    """Real declarations: the days of the month until today, cut into pages at any place."""
    days = [day(number, amount) for number, amount in enumerate(amounts)]
    (access,) = PROVIDERS[name].access
    talk = access.calls[0].talk({"api_key": "any"}, PERIOD)
    next(talk)
    with pytest.raises(StopIteration) as end:
        talk.send([{"data": page, "has_more": False, "next_page": None} for page in cut(days, cuts)])
    figures: Figures = end.value.value
    assert figures.usage_month == Money(sum(amounts, Decimal(0)).scaleb(-places), "USD")
    assert figures.usage_today == Money(amounts[PERIOD.today.day - 1].scaleb(-places), "USD")
