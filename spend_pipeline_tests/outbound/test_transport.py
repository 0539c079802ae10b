"""What a connection can do: every way of failing has its kind, its sentence, and an end in time."""

import logging
import socket
import threading

import pytest

from spend_pipeline.errors import FailureKind
from spend_pipeline.outbound.client import Client
from spend_pipeline_tests.outbound.asking import KEY, SECONDS, assert_well_said, read
from spend_pipeline_tests.outbound.dead_ends import closed_port, full_backlog
from spend_pipeline_tests.outbound.fault_server import Exchange, faulty, figures
from spend_pipeline_tests.outbound.faults import LOST, OK, TIMEOUT, TRANSPORT, Fault


@pytest.mark.parametrize("fault", TRANSPORT.values(), ids=TRANSPORT)
def test_a_broken_exchange_is_named_in_time(fault: Fault, caplog: pytest.LogCaptureFixture) -> None:
    """The right kind, one sentence of ours, within a second of the deadline, and nothing in the log."""
    with faulty(fault.script) as server:
        outcome = read(server.url, seconds=SECONDS)
    assert outcome.failure is not None
    assert (outcome.failure.kind, str(outcome.failure)) == (fault.kind, fault.message)
    assert_well_said(outcome.failure)
    assert outcome.seconds < SECONDS + 1
    assert not caplog.records


def test_a_closed_port_is_a_lost_connection() -> None:
    """Nobody listens: asked again in vain, then Busy."""
    outcome = read(closed_port(), seconds=SECONDS)
    assert str(outcome.failure) == LOST
    assert_well_said(outcome.failure)
    assert outcome.seconds < SECONDS + 1


def test_a_connection_that_is_never_made_ends_in_time() -> None:
    """The time to connect counts towards the deadline."""
    with full_backlog() as url:
        outcome = read(url, seconds=SECONDS)
    assert outcome.failure is not None
    assert outcome.failure.kind is FailureKind.BUSY
    assert_well_said(outcome.failure)
    assert outcome.seconds < SECONDS + 1


def test_a_name_that_is_never_resolved_ends_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name lookup cannot be interrupted: its thread is left behind, its row is answered."""
    over = threading.Event()

    def never(*_: object, **__: object) -> None:
        over.wait(10)
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", never)
    outcome = read("http://provider.invalid", seconds=SECONDS)
    over.set()
    assert str(outcome.failure) == TIMEOUT
    assert outcome.seconds < SECONDS + 1


def test_a_lost_connection_is_tried_again() -> None:
    """A connection that was lost once is no failure."""

    def script(exchange: Exchange) -> None:
        if exchange.number == 1:
            exchange.reset()
        else:
            exchange.answer(figures())

    with faulty(script) as server:
        assert read(server.url).balance == 12.5
        assert len(server.requests) == 2


def test_an_idle_connection_that_the_server_closed_is_no_failure() -> None:
    """A pooled connection that is gone by the next request is replaced."""

    def script(exchange: Exchange) -> None:
        exchange.answer(figures())
        exchange.close()  # without saying so in a header

    with faulty(script) as server:
        client = Client()
        assert [read(server.url, client=client).balance for _ in range(3)] == [12.5] * 3


@pytest.mark.parametrize("header", [b"X-A: 1\x002", b"Date: \x00", b"Retry-After: \x00"])
def test_a_nul_in_a_header_changes_nothing(header: bytes) -> None:
    """The figures are in the body, and that is as agreed."""

    def script(exchange: Exchange) -> None:
        exchange.send(OK + header + b"\r\nContent-Length: %d\r\n\r\n" % len(figures()) + figures())

    with faulty(script) as server:
        assert read(server.url).balance == 12.5


def test_headers_that_are_none_reach_no_log(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """The transport logs what it cannot parse, word by word: a key, where the server repeats it."""

    def script(exchange: Exchange) -> None:
        exchange.send(OK + f"X-A: 1\r\nrejected {KEY}\r\nContent-Length: 2\r\n\r\n".encode() + figures())
        exchange.close()

    with caplog.at_level(logging.DEBUG), faulty(script) as server:
        read(server.url, seconds=SECONDS)
    said = capfd.readouterr()
    assert KEY not in caplog.text + said.err + said.out
