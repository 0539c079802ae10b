"""What a client may make of a connection: so much, so many, so long; and what every answer carries."""

import json
import select
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
from fastapi import APIRouter

from spend_pipeline.api.app import create_app
from spend_pipeline.api.headers import API
from spend_pipeline.api.protocol import SPARE, BoundedProtocol
from spend_pipeline.api.strangers import Strangers
from spend_pipeline.settings import Settings
from spend_pipeline.store.database import Database
from spend_pipeline.tokens import new_token
from spend_pipeline_tests.api.endpoint import PATH, Endpoint, error_of, serving, serving_app
from spend_pipeline_tests.store.books import GROQ

HEAD = f"POST {PATH} HTTP/1.1\r\nHost: x\r\n"


def connected(endpoint: Endpoint) -> socket.socket:
    host, port = endpoint.url.removeprefix("http://").split(":")
    return socket.create_connection((host, int(port)), timeout=30)


def answered(connection: socket.socket) -> tuple[int, dict[str, str], bytes]:
    """What came until the server hung up."""
    answer = b""
    while part := connection.recv(65536):
        answer += part
    head, _, body = answer.partition(b"\r\n\r\n")
    status, *lines = head.decode("latin-1").lower().split("\r\n")
    return int(status.split()[1]), dict(line.split(": ", 1) for line in lines), body


LONG = {
    "URL": (f"POST {PATH}?provider_name={'a' * 9_000} HTTP/1.1\r\nHost: x\r\n\r\n", 414),
    "URL of a megabyte": (f"POST {PATH}?{'a' * 1_000_000}", 414),
    "headers in number": (HEAD + "".join(f"X-{n}: y\r\n" for n in range(100)) + "\r\n", 431),
    "header": (f"{HEAD}X: {'y' * 70_000}\r\n\r\n", 431),
    "header without an end": (f"{HEAD}X: {'y' * 1_000_000}", 431),
    "name without an end": (HEAD + "y" * 1_000_000, 431),
    "headers together": (HEAD + "".join(f"X-{n}: {'y' * 1_000}\r\n" for n in range(80)), 431),
}


@pytest.mark.parametrize(("request_text", "status"), LONG.values(), ids=LONG)
def test_what_is_too_long_is_refused_before_its_end(endpoint: Endpoint, request_text: str, status: int) -> None:
    """In the one shape, read by a client that sent it all, and with the connection's end."""
    with connected(endpoint) as connection:
        connection.sendall(request_text.encode())
        found, headers, body = answered(connection)
    assert found == status
    assert headers.items() >= {name.lower(): value.lower() for name, value in API.items()}.items()
    assert json.loads(body).keys() == {"success", "error"}


def test_chunks_without_an_end_are_refused_and_not_kept(endpoint: Endpoint) -> None:
    """413 as soon as the limit is passed, whether or not the route takes a body; nothing is queued."""
    caller = endpoint.add(GROQ)
    head = f"{HEAD}Authorization: Bearer {caller.added.token}\r\nTransfer-Encoding: chunked\r\n\r\n"
    with connected(endpoint) as connection:
        connection.sendall(head.encode())
        for _ in range(10_000):
            connection.sendall(b"400\r\n" + b"x" * 1024 + b"\r\n")
            if select.select([connection], [], [], 0)[0]:
                break
        answer = connection.recv(65536)
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b'"error":"The request\'s body is too large: at most 64 KiB are read"' in answer
    assert endpoint.asked(caller) == 0


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that gives a request half a second."""
    monkeypatch.setattr(BoundedProtocol, "request_seconds", 0.5)


SLOW = {
    "nothing": b"",
    "an empty line": b"\r\n",
    "half a line": b"POST /",
    "half a head": HEAD.encode() + b"X-Slow: ",
    "half a body": HEAD.encode() + b"Content-Length: 100\r\n\r\n{",
    "half a chunk": HEAD.encode() + b"Transfer-Encoding: chunked\r\n\r\nfff\r\nx",
}


@pytest.mark.parametrize("begun", SLOW.values(), ids=SLOW)
@pytest.mark.usefixtures("hurried")
def test_a_request_that_does_not_come_is_ended(endpoint: Endpoint, begun: bytes) -> None:
    """Byte by byte as well: the time is the whole request's, not from one byte to the next."""
    with connected(endpoint) as connection:
        connection.sendall(begun)
        while begun and not select.select([connection], [], [], 0.05)[0]:
            connection.sendall(b"x" if begun.endswith((b" ", b"{", b"x", b"/")) else b"\r\n")
        status, headers, body = answered(connection)
    assert (status, headers["connection"]) == (408, "close")
    assert json.loads(body)["error"] == "The request did not arrive in full in 0.5 s"


def test_whoever_waits_for_a_sync_is_not_cut_off(
    endpoint: Endpoint, patience: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The time is the request's, not the answer's: this one comes later than a request may."""
    monkeypatch.setattr(BoundedProtocol, "request_seconds", patience / 2)
    caller = endpoint.add(GROQ)
    with endpoint.orchestrator.holding():
        assert caller.post().status_code == 504


@pytest.mark.usefixtures("hurried")
def test_a_second_request_on_a_connection_has_its_own_time(endpoint: Endpoint) -> None:
    with connected(endpoint) as connection:
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        assert connection.recv(65536).startswith(b"HTTP/1.1 200 ")
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: ")
        while part := connection.recv(65536):
            assert b" 200 " not in part


def test_a_connection_too_many_is_told_to_come_back(endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    caller = endpoint.add(GROQ)
    monkeypatch.setattr(BoundedProtocol, "most_connections", 0)
    response = caller.post()
    assert response.status_code == 503
    assert (response.headers["retry-after"], response.headers["connection"]) == ("5", "close")
    assert "Too many connections" in error_of(response)
    assert endpoint.asked(caller) == 0
    monkeypatch.setattr(BoundedProtocol, "most_connections", -SPARE)
    with pytest.raises(requests.ConnectionError):
        caller.post()
    monkeypatch.undo()
    assert caller.post().status_code == 200


@pytest.fixture
def strict(endpoint: Endpoint) -> Iterator[Endpoint]:
    """The endpoint as it forgives an address five wrong tokens a minute."""
    forgiving = endpoint.app.state.strangers
    endpoint.app.state.strangers = Strangers(per_minute=5)
    yield endpoint
    endpoint.app.state.strangers = forgiving


def test_an_address_that_tries_tokens_is_slowed_and_its_neighbours_are_not(strict: Endpoint) -> None:
    """Of many at once exactly as many as are forgiven are 401; a valid token and a missing one are as ever."""

    def attempt(_: int) -> requests.Response:
        headers = {"Authorization": f"Bearer {new_token().text}"}
        return requests.post(strict.url + PATH, headers=headers, timeout=60)

    with ThreadPoolExecutor(16) as pool:
        responses = list(pool.map(attempt, range(60)))
    assert sorted(response.status_code for response in responses) == [401] * 5 + [429] * 55
    late = next(response for response in responses if response.status_code == 429)
    assert 0 < int(late.headers["retry-after"]) <= 60
    assert "not valid" in error_of(late)
    assert strict.add().post().status_code == 200
    assert requests.post(strict.url + PATH, timeout=10).status_code == 401


def test_addresses_are_counted_apart_and_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """IPv6 by the network of one customer; after a minute; and never more of them than there is room for."""
    now = 1000.0
    monkeypatch.setattr("spend_pipeline.api.strangers.time.monotonic", lambda: now)
    monkeypatch.setattr("spend_pipeline.api.strangers.ADDRESSES", 3)
    strangers = Strangers(per_minute=1)
    shown = ["192.0.2.1", "192.0.2.1", "192.0.2.2", "2001:db8::1", "2001:db8::2", "2001:db8:0:1::1", "192.0.2.1"]
    assert [strangers.another(address) for address in shown] == [None, 60, None, None, 60, None, None]
    now += 60
    assert strangers.another("2001:db8::3") is None


def test_only_a_trusted_proxy_says_who_calls_and_how(endpoint: Endpoint) -> None:
    """Its word counts for the address and for TLS; anybody else's is ignored."""
    forwarded = {"X-Forwarded-For": "198.51.100.7", "X-Forwarded-Proto": "https", "Authorization": "Bearer x"}
    for proxies in ((), ("127.0.0.0/8",)):
        settings = Settings(trusted_proxies=proxies)
        with serving(settings, Database(endpoint.database.url)) as (url, app):
            app.state.strangers = Strangers(per_minute=1)
            response = requests.post(url + PATH, headers=forwarded, timeout=10)
            assert ("strict-transport-security" in response.headers) is bool(proxies)
            other = {**forwarded, "X-Forwarded-For": "198.51.100.8"}
            assert requests.post(url + PATH, headers=other, timeout=10).status_code == (401 if proxies else 429)


def test_every_answer_carries_the_headers_that_browsers_need(endpoint: Endpoint) -> None:
    caller = endpoint.add()
    answers = [
        caller.post(),
        caller.get("/healthz"),
        caller.get("/nosuch"),
        caller.get(PATH),
        requests.post(endpoint.url + PATH, timeout=10),
        caller.post(data=b"x" * 70_000),
    ]
    assert [answer.status_code for answer in answers] == [200, 200, 404, 405, 401, 413]
    for answer in answers:
        assert answer.headers.items() >= API.items()
        assert "strict-transport-security" not in answer.headers
    page = caller.get("/docs")
    assert "script-src 'self'" in page.headers["content-security-policy"]
    assert "cache-control" not in caller.get("/static-offline-docs/swagger-ui.css").headers


def test_a_method_that_no_route_of_a_path_takes_is_told_all_that_are(endpoint: Endpoint) -> None:
    """Also where each is a route of its own."""
    app = create_app(Settings(), Database(endpoint.database.url))
    more = APIRouter()
    more.add_api_route(PATH, lambda: {"success": True}, methods=["PATCH"])
    app.include_router(more)
    with serving_app(app, Settings()) as url:
        assert requests.put(url + PATH, timeout=10).headers["allow"] == "PATCH, POST"
