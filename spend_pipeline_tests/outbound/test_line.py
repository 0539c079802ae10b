"""A conversation over a line: pages, signatures, meanings, and what an answer that is not as agreed turns into."""

import traceback
from collections.abc import Callable

import pytest

from spend_pipeline.errors import NotConfigured, ProviderFailure, Refused, Unreadable
from spend_pipeline.outbound.ask import Ask, Conversation, Figures, Json
from spend_pipeline.outbound.client import Client
from spend_pipeline.outbound.deadline import Deadline
from spend_pipeline.outbound.line import Line, strictly
from spend_pipeline.outbound.paging import cursor, offset
from spend_pipeline_tests.outbound.fault_server import Exchange, FaultServer, Script, faulty, figures, healthy

ANSWER: Json = {"nothing": None, "text": ""}
NEXT = cursor("next", param="cursor")


def line(server: FaultServer, **fields: object) -> Line:
    return Line(Client(), Deadline.after(10), server.url, **fields)  # type: ignore[arg-type]


def paging(following: Callable[[int], object]) -> Script:
    """Pages whose `next` is what `following` makes of the number of the request."""
    return lambda exchange: exchange.answer(figures(next=following(exchange.number), items=[exchange.number]))


def test_every_page_is_asked_in_order() -> None:
    with faulty(paging(lambda number: f"c{number}" if number < 4 else None)) as server:
        pages = line(server).pages(Ask("/list", {"size": "1"}, next_page=NEXT))
        assert [page["items"] for page in pages] == [[1], [2], [3], [4]]
        assert [request.line.split()[1] for request in server.requests] == [
            "/list?size=1",
            *(f"/list?size=1&cursor=c{number}" for number in (1, 2, 3)),
        ]


@pytest.mark.parametrize("period", [1, 2, 5])
def test_pages_that_repeat_end_at_once(period: int) -> None:
    """A cursor that comes again would be asked for ever."""
    with faulty(paging(lambda number: f"c{number % period}")) as server:
        with pytest.raises(Unreadable, match="the pages repeat"):
            line(server).pages(Ask("/list", next_page=NEXT))
        assert len(server.requests) == period + 1


def test_pages_that_never_repeat_end_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    """At the cap, a lower one here, and all on one connection."""
    monkeypatch.setattr("spend_pipeline.outbound.line.PAGE_CAP", 50)
    with faulty(paging(lambda number: f"c{number}")) as server:
        with pytest.raises(Unreadable, match="more than 50 pages"):
            line(server).pages(Ask("/list", next_page=NEXT))
        assert (len(server.requests), len(server.raw)) == (51, 1)


@pytest.mark.parametrize(
    ("page", "message"),
    [
        ({"next": "c", "more": False}, "'more' and 'next' disagree about whether there is another page"),
        ({"next": None, "more": True}, "'more' and 'next' disagree about whether there is another page"),
        ({"next": "", "more": 0}, "'more' and 'next' disagree about whether there is another page"),
        ({"next": 7, "more": True}, "'next' is not text"),
        ({"next": ["c"], "more": True}, "'next' is not text"),
        ({"more": True}, "the field 'next' is missing"),
        ({"next": "c"}, "the field 'more' is missing"),
    ],
)
def test_a_cursor_that_is_not_as_agreed_is_unreadable(page: Json, message: str) -> None:
    """Stopping early would be less money than was spent."""
    following = cursor("next", param="cursor", more="more")
    with pytest.raises(Unreadable, match=message), strictly():
        following(page, Ask("/list"))


def test_an_offset_skips_what_was_read_until_a_page_is_empty() -> None:
    following = offset(list)
    first = Ask("/list", {"size": "9"})
    second = following([1, 2], first)
    assert second is not None
    third = following([3], second)
    assert third is not None
    assert (second.params, third.params) == ({"size": "9", "offset": "2"}, {"size": "9", "offset": "3"})
    assert following([], third) is None


@pytest.mark.parametrize(
    "broken",
    [
        lambda: ANSWER["a b"],
        lambda: list[str]()[0],
        lambda: ANSWER["nothing"]["y"],
        lambda: len(ANSWER["text"].keys()),
        lambda: int("sk-secret"),
        lambda: 1 / 0,
        lambda: ANSWER["sk-secret-0123456789"],
    ],
)
def test_what_an_answer_breaks_is_the_answers_fault(broken: Callable[[], object]) -> None:
    """A wrong type is unreadable, and nothing of the answer is quoted."""
    with pytest.raises(Unreadable) as raised, strictly():
        broken()
    assert "secret" not in str(raised.value)


def test_another_signature_is_tried_on_a_401_and_kept() -> None:
    """The first that is accepted is used from then on."""

    def script(exchange: Exchange) -> None:
        known = exchange.headers.get("x-b") == "1"
        exchange.answer(figures(), "200 OK" if known else "401 No")

    with faulty(script) as server:
        open_line = line(server, signatures=[{"X-A": "1"}, {"X-B": "1"}])
        open_line.pages(Ask("/one"))
        open_line.pages(Ask("/two"))
        assert [("x-a" in each.headers, "x-b" in each.headers) for each in server.requests] == [
            (True, False),
            (False, True),
            (False, True),
        ]


def test_a_failure_is_thrown_into_the_conversation_first() -> None:
    """It may know another way; if not, the failure is the outcome."""

    def patient() -> Conversation:
        try:
            yield Ask("/refused")
        except Refused:
            (page,) = yield Ask("/open")
            return Figures(notes=(str(page["balance"]),))
        return Figures()

    with faulty(lambda exchange: exchange.answer(figures(), "403 No" if exchange.number == 1 else "200 OK")) as server:
        assert line(server).converse(patient()) == Figures(notes=("12.50",))


def test_a_meaning_of_a_route_holds_on_to_nothing() -> None:
    """It is one object for all: were its traceback to grow, it would keep every key it was raised beside."""
    meaning: dict[int, ProviderFailure] = {404: NotConfigured("Turn it on")}
    with faulty(lambda exchange: exchange.answer(status="404 No")) as server:
        for _ in range(5):
            with pytest.raises(NotConfigured, match="Turn it on"):
                line(server).pages(Ask("/x", meaning=meaning))
    assert len(traceback.extract_tb(meaning[404].__traceback__)) < 10


@pytest.mark.parametrize("url", ["https://evil.example/token", "http://127.0.0.1@evil.example/", "//evil.example", "x"])
def test_a_url_that_is_not_the_providers_is_not_asked(url: str) -> None:
    """It came with a credential, so anybody may have written it."""
    with faulty(healthy) as server:
        with pytest.raises(NotConfigured, match="nothing was sent there"):
            line(server, hosts=("https://oauth2.example",), overridden=True).pages(Ask(url=url))
        assert server.raw == []


def test_the_providers_other_host_is_reached_where_the_base_url_was_overridden() -> None:
    """So that a sandbox or a proxy stands in for all of a provider's hosts."""
    with faulty(healthy) as server:
        line(server, hosts=("https://oauth2.example",), overridden=True).pages(Ask(url="https://oauth2.example/token"))
        assert server.requests[0].line == "GET /token HTTP/1.1"


def test_an_answer_that_is_being_prepared_is_waited_for_no_longer_than_the_deadline() -> None:
    with faulty(healthy) as server:
        hurried = Line(Client(), Deadline.after(0.2), server.url)
        with pytest.raises(ProviderFailure, match="Timeout"):
            hurried.pages(Ask("/x", wait=60))
        assert server.requests == []
