"""A redirect is refused: a key goes where its provider is, and nowhere else."""

import pytest

from spend_pipeline_tests.outbound.asking import KEY, assert_well_said, read
from spend_pipeline_tests.outbound.fault_server import faulty, healthy
from spend_pipeline_tests.outbound.faults import OK, sends

STATUSES = [300, 301, 302, 303, 304, 307, 308]


@pytest.mark.parametrize("status", STATUSES)
def test_nobody_is_followed_to_another_server(status: int) -> None:
    """The other server sees no request, so no key."""
    with faulty(healthy) as other:
        with faulty(lambda exchange: exchange.answer(status=f"{status} X", Location=f"{other.url}/{KEY}")) as server:
            outcome = read(server.url)
        assert (len(server.requests), len(other.requests), other.raw) == (1, 0, [])
    message = f"Invalid response: the provider redirects elsewhere (HTTP {status}), where keys are never sent"
    assert str(outcome.failure) == message
    assert_well_said(outcome.failure)


@pytest.mark.parametrize(
    "location",
    [
        b"/figures",
        b"",
        b"//169.254.169.254/latest/meta-data",
        b"file:///etc/passwd",
        b"gopher://x",
        b"http://[::1",
        b"\xff\xfe\x80",
        b"http://" + b"a" * 5000,
    ],
)
def test_where_a_redirect_leads_is_not_even_looked_at(location: bytes) -> None:
    """To itself, to nowhere, to something that is no address: one request, one failure."""
    redirect = OK.replace(b"200 OK", b"302 Found") + b"Content-Length: 0\r\nLocation: " + location + b"\r\n\r\n"
    with faulty(sends(redirect)) as server:
        outcome = read(server.url)
        assert len(server.requests) == 1
    assert "(HTTP 302)" in str(outcome.failure)
    assert_well_said(outcome.failure)
    assert outcome.seconds < 0.5
