"""What a body can be: bounded in memory, parsed exactly, refused where it is not what was agreed."""

import gzip
import tracemalloc
from decimal import Decimal

import pytest

from spend_pipeline_tests.outbound.asking import assert_well_said, read
from spend_pipeline_tests.outbound.fault_server import Exchange, Script, faulty, figures
from spend_pipeline_tests.outbound.faults import (
    BODIES,
    Fault,
    endless_chunks,
    gzip_bomb,
    redirect_with_a_bomb,
    says,
)


@pytest.mark.parametrize("fault", BODIES.values(), ids=BODIES)
def test_a_strange_body_is_unreadable(fault: Fault, caplog: pytest.LogCaptureFixture) -> None:
    """Never zero, never a guess: a failure of kind unreadable that says what is wrong, at once."""
    with faulty(fault.script) as server:
        outcome = read(server.url, seconds=5)
        assert len(server.requests) == 1
    assert outcome.failure is not None
    assert (outcome.failure.kind, str(outcome.failure)) == (fault.kind, fault.message)
    assert_well_said(outcome.failure)
    assert not caplog.records


@pytest.mark.parametrize("script", [gzip_bomb, endless_chunks, redirect_with_a_bomb])
def test_a_body_without_end_takes_little_memory(script: Script) -> None:
    """200 MB of zeros behind 200 kB of gzip, or blanks for ever, stay within 20 MB, server included."""
    with faulty(script) as server:
        tracemalloc.start()
        outcome = read(server.url, seconds=5)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert outcome.failure is not None
    assert outcome.seconds < 5
    assert peak < 20e6


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (figures(), {}),
        (b"\xef\xbb\xbf" + figures(), {}),
        (gzip.compress(figures()), {"Content_Encoding": "gzip"}),
        (gzip.compress(figures()[:9]) + gzip.compress(figures()[9:]), {"Content_Encoding": "GZIP"}),
        (figures(), {"Content_Encoding": "identity", "Content_Type": "text/plain"}),
        (figures(word="\ud800"), {}),
        (figures() + b" " * 4_000_000, {}),
        (gzip.compress(figures() + b" " * 4_000_000), {"Content_Encoding": "gzip"}),
    ],
    ids=["plain", "BOM", "gzip", "gzip in members", "identity", "lone surrogate", "just below 4 MB", "the same, gzip"],
)
def test_a_body_as_agreed_is_read(body: bytes, headers: dict[str, str]) -> None:
    """What is unusual and still clear is no failure."""
    with faulty(says(body, **headers)) as server:
        assert read(server.url).balance == Decimal("12.50")


def test_an_amount_is_exact() -> None:
    """0.1 is 0.1, and thirty decimals are thirty decimals."""
    with faulty(says(figures("0.100000000000000000000000000001"))) as server:
        assert str(read(server.url).balance) == "0.100000000000000000000000000001"


def test_chunks_of_a_byte_are_read() -> None:
    """How an answer is cut up on its way says nothing."""
    chunks = b"".join(b"1\r\n%c\r\n" % byte for byte in figures()) + b"0\r\n\r\n"

    def script(exchange: Exchange) -> None:
        exchange.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks)

    with faulty(script) as server:
        assert read(server.url).balance == Decimal("12.50")
