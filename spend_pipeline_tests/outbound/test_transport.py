"""What a connection can do: every way of failing has its kind, its sentence, and an end in time."""

import logging
import socket
import threading
from collections.abc import Iterator

import pytest

from spend_pipeline.errors import FailureKind
from spend_pipeline.outbound.client import Client
from spend_pipeline_tests.outbound.asking import KEY, SECONDS, assert_well_said, read
from spend_pipeline_tests.outbound.fault_server import Exchange, faulty, figures
from spend_pipeline_tests.outbound.faults import LOST, OK, TIMEOUT, TRANSPORT, Fault


@pytest.fixture
def full_backlog() -> Iterator[str]:
    """A port where a connection is never made: nobody takes the ones that wait, so a new one is not answered."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        waiting = [socket.socket() for _ in range(3)]
        for each in waiting:
            each.setblocking(False)
            each.connect_ex(listener.getsockname())
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        for each in waiting:
            each.close()


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
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    outcome = read(f"http://127.0.0.1:{port}", seconds=SECONDS)
    assert str(outcome.failure) == LOST
    assert_well_said(outcome.failure)
    assert outcome.seconds < SECONDS + 1


def test_a_connection_that_is_never_made_ends_in_time(full_backlog: str) -> None:
    """The time to connect counts towards the deadline."""
    outcome = read(full_backlog, seconds=SECONDS)
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
