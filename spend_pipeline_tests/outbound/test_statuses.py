"""What a status stands for, how often it is asked again, and what a Retry-After is worth."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from spend_pipeline.errors import FailureKind
from spend_pipeline_tests.conftest import NOON
from spend_pipeline_tests.outbound.asking import KEY, WORDS, assert_well_said, read
from spend_pipeline_tests.outbound.fault_server import Exchange, Script, faulty, figures
from spend_pipeline_tests.outbound.faults import OK, drip_body

BUSY, REFUSED = FailureKind.BUSY, FailureKind.REFUSED
NOT_CONFIGURED, UNREADABLE = FailureKind.NOT_CONFIGURED, FailureKind.UNREADABLE
FINAL = [
    (201, UNREADABLE, "Invalid response: unexpected HTTP status 201"),
    (204, UNREADABLE, "Invalid response: unexpected HTTP status 204"),
    (400, UNREADABLE, "Invalid response: unexpected HTTP status 400"),
    (401, REFUSED, "API key invalid or expired"),
    (402, REFUSED, "The provider asks for payment before it answers (HTTP 402)"),
    (403, REFUSED, "API key lacks billing permission"),
    (404, NOT_CONFIGURED, "The provider knows no such account or billing route (HTTP 404)"),
    (408, BUSY, "Provider error 408"),
    (410, UNREADABLE, "Invalid response: unexpected HTTP status 410"),
    (422, UNREADABLE, "Invalid response: unexpected HTTP status 422"),
    (501, BUSY, "Provider error 501"),
    (599, BUSY, "Provider error 599"),
]
AGAIN = [500, 502, 503, 504, 429]


def always(status: int, **headers: str) -> Script:
    return lambda exchange: exchange.answer(f'{{"error": "{WORDS} {KEY}"}}'.encode(), f"{status} {WORDS}", **headers)


def once(status: int, **headers: str) -> Script:
    """That status first, then the figures."""

    def script(exchange: Exchange) -> None:
        if exchange.number == 1:
            always(status, **headers)(exchange)
        else:
            exchange.answer(figures())

    return script


def http_date(seconds: float) -> str:
    return format_datetime(datetime.now(UTC) + timedelta(seconds=seconds), usegmt=True)


@pytest.mark.parametrize(("status", "kind", "message"), FINAL, ids=[str(status) for status, *_ in FINAL])
def test_a_status_has_its_kind_and_is_asked_once(status: int, kind: FailureKind, message: str) -> None:
    """By number, never by the words that come with it, although they repeat the key."""
    with faulty(always(status, X_Rejected_Key=KEY)) as server:
        outcome = read(server.url, seconds=2)
        assert len(server.requests) == 1
    assert outcome.failure is not None
    assert (outcome.failure.kind, str(outcome.failure)) == (kind, message)
    assert_well_said(outcome.failure)


@pytest.mark.parametrize("status", AGAIN)
def test_trouble_that_passes_is_asked_again(status: int) -> None:
    """Once wrong, then right, is a success."""
    with faulty(once(status, Retry_After="0")) as server:
        assert read(server.url).balance == 12.5
        assert len(server.requests) == 2


@pytest.mark.parametrize("status", AGAIN)
def test_trouble_that_stays_is_asked_three_times(status: int) -> None:
    """Two retries and no more; then the provider is busy."""
    with faulty(always(status, Retry_After="0")) as server:
        outcome = read(server.url, seconds=2)
        assert len(server.requests) == 3
    assert outcome.failure is not None
    assert outcome.failure.kind is BUSY
    assert str(status) in str(outcome.failure)
    assert_well_said(outcome.failure)


def test_our_own_pauses_stay_inside_the_deadline() -> None:
    """A retry that cannot be over in time is not begun: the answer at hand is the answer."""
    with faulty(always(503)) as server:
        outcome = read(server.url, seconds=0.2)
        assert len(server.requests) == 1
    assert str(outcome.failure) == "Provider error 503"
    assert outcome.seconds < 0.5


@pytest.mark.parametrize(
    ("told", "least", "most"),
    [
        ("1", 1, 1.9),
        ("0", 0, 0.3),
        (http_date(-3600), 0, 0.3),
        ("Sun, 06 Nov 1994 08:49:37 GMT", 0, 0.3),
        ("-5", 0.37, 1),
        ("soon", 0.37, 1),
        ("Mon, 01 Jan 99999999999999999999 00:00:00 GMT", 0.37, 1),
    ],
    ids=[
        "a second",
        "now",
        "an hour ago",
        "long ago",
        "negative",
        "a word",
        "a year of 20 digits",
    ],  # the same everywhere
)
def test_retry_after_says_how_long_to_wait(told: str, least: float, most: float) -> None:
    """Seconds or a date; what is past is now; what is neither is our own pause, about half a second."""
    with faulty(once(429, Retry_After=told)) as server:
        outcome = read(server.url, seconds=4)
        assert len(server.requests) == 2
    assert outcome.balance == 12.5
    assert least <= outcome.seconds < most


def test_retry_after_may_be_a_date() -> None:
    """A date a little ahead is waited for; its seconds are whole."""
    with faulty(once(429, Retry_After=http_date(1.999))) as server:
        outcome = read(server.url, seconds=4)
    assert outcome.balance == 12.5
    assert 0.5 < outcome.seconds < 3


@pytest.mark.parametrize("told", ["30", "1000000000", "9" * 400, "Fri, 01 Jan 2100 00:00:00 GMT"])
def test_a_wait_beyond_the_deadline_ends_at_once(told: str) -> None:
    """Nobody waits for what cannot come in time; the sentence says until when the provider is left alone."""
    with faulty(always(429, Retry_After=told)) as server:
        outcome = read(server.url, seconds=2)
        assert len(server.requests) == 1
    assert outcome.failure is not None
    assert str(outcome.failure).startswith(
        "The provider is limiting our requests (HTTP 429); it wants to be left alone"
    )
    assert_well_said(outcome.failure)
    assert outcome.reading.parked_until is not None
    assert NOON < outcome.reading.parked_until <= NOON + timedelta(days=1)
    assert outcome.seconds < 0.5


@pytest.mark.parametrize(
    "behind",
    [
        lambda exchange: exchange.send(b"Content-Length: 999\r\n\r\nquokka"),
        lambda exchange: exchange.send(b"Content-Encoding: br\r\nContent-Length: 6\r\n\r\nquokka"),
        lambda exchange: exchange.send(b"Content-Length: 9000000\r\n\r\n" + b"q" * 9_000_000),
        drip_body,
    ],
    ids=["cut off", "encoded", "9 MB", "dripping"],
)
def test_a_refusal_is_a_refusal_whatever_comes_behind_it(behind: Script) -> None:
    """Whoever owns the key is told so although the body of the 401 is broken, too large or late."""

    def script(exchange: Exchange) -> None:
        exchange.send(OK.replace(b"200 OK", b"401 Unauthorized"))
        behind(exchange)
        exchange.close()

    with faulty(script) as server:
        outcome = read(server.url, seconds=2)
        assert len(server.requests) == 1
    assert str(outcome.failure) == "API key invalid or expired"
    assert outcome.seconds < 0.5
