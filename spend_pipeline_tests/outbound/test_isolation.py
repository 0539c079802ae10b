"""What a request carries: its own key, our name, and nothing of the environment, of others, or of before."""

from pathlib import Path

import pytest

from spend_pipeline.outbound.ask import Ask, Conversation, Credentials, Figures
from spend_pipeline.outbound.client import USER_AGENT, Client
from spend_pipeline.period import Period
from spend_pipeline_tests.outbound.asking import (
    KEY,
    assert_well_said,
    integration,
    read,
    reader,
    readings,
    speaking,
)
from spend_pipeline_tests.outbound.fault_server import Exchange, faulty, figures, healthy

PROXIES = ["http_proxy", "HTTP_PROXY", "https_proxy", "all_proxy", "ALL_PROXY"]


def test_a_request_names_us_and_asks_for_what_we_read() -> None:
    """The version is in the name, so that a provider can tell whom to write to."""
    with faulty(healthy) as server:
        read(server.url)
        (request,) = server.requests
    assert request.line == "GET /figures HTTP/1.1"
    assert request.headers["user-agent"] == USER_AGENT
    assert USER_AGENT.startswith("spend-pipeline/0.")
    assert request.headers["accept-encoding"] == "gzip"
    assert request.headers["accept"] == "application/json"
    assert request.headers["authorization"] == f"Bearer {KEY}"


def test_a_proxy_of_the_environment_sees_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """It would receive every key of a provider that is asked in plain, as the sandbox is."""
    with faulty(healthy) as proxy, faulty(healthy) as server:
        for name in PROXIES:
            monkeypatch.setenv(name, proxy.url)
        assert read(server.url).balance == 12.5
        assert (len(proxy.requests), proxy.raw, len(server.requests)) == (0, [], 1)


def test_a_proxy_of_the_settings_is_used() -> None:
    """The counterpart: where a proxy is wanted, it is the one that was set."""
    with faulty(healthy) as proxy:
        assert read("http://provider.invalid", client=Client(proxy=proxy.url)).balance == 12.5
        assert proxy.requests[0].line == "GET http://provider.invalid/figures HTTP/1.1"


def test_netrc_replaces_no_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An entry for the provider's host would be sent in the key's place."""
    netrc = tmp_path / ".netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password else\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("HOME", str(tmp_path))
    with faulty(healthy) as server:
        read(server.url)
        assert server.requests[0].headers["authorization"] == f"Bearer {KEY}"


def test_a_cookie_is_not_sent_back() -> None:
    """Not to the same integration, and not to the next one of the same provider."""
    client = Client()
    with faulty(lambda exchange: exchange.answer(figures(), Set_Cookie="session=abc; Path=/")) as server:
        for key in ("first", "first", "second"):
            read(server.url, client=client, key=key)
        assert ["cookie" in request.headers for request in server.requests] == [False] * 3


def test_keys_do_not_cross() -> None:
    """Fifty integrations over the same few connections: each figure belongs to the key it was asked with."""

    def own(exchange: Exchange) -> None:
        exchange.answer(figures(exchange.headers["authorization"].removeprefix("Bearer key-")))

    with faulty(own) as server:
        asked = reader({"faulty": server.url}, client=Client(connections=4), per_host=8, seconds=10)
        read_all = readings(asked, [integration(number, key=f"key-{number}") for number in range(1, 51)])
        assert len(server.raw) < len(server.requests)  # connections were used again
    balances = {
        number: reading.figures.balance.amount if reading.figures and reading.figures.balance else None
        for number, reading in read_all.items()
    }
    assert balances == {number: number for number in range(1, 51)}


@pytest.mark.parametrize("told", ["a\r\nX-Injected: 1", "\ud800", "ключ"])
def test_what_a_provider_tells_us_to_send_cannot_break_the_request(told: str) -> None:
    """A token or a cursor of an answer with a line break, or what HTTP cannot carry, is refused, not sent."""

    def obedient(credentials: Credentials, period: Period) -> Conversation:
        (page,) = yield Ask("/token")
        yield Ask("/next", headers={"X-Token": f"Bearer {page['token']}"})
        return Figures()

    with faulty(lambda exchange: exchange.answer(figures(token=told))) as server:
        outcome = read(server.url, speaking(obedient), seconds=2)
        assert len(server.requests) == 1
    assert str(outcome.failure) == "Invalid response: the address to ask, or a header to send, is none that HTTP allows"
    assert_well_said(outcome.failure)


def test_a_cursor_that_is_no_text_is_refused() -> None:
    """Half a surrogate pair cannot be put into an address."""

    def obedient(credentials: Credentials, period: Period) -> Conversation:
        (page,) = yield Ask("/first")
        yield Ask("/next", {"cursor": page["token"]})
        return Figures()

    with faulty(lambda exchange: exchange.answer(figures(token="\ud800"))) as server:
        outcome = read(server.url, speaking(obedient), seconds=2)
        assert len(server.requests) == 1
    assert_well_said(outcome.failure)
