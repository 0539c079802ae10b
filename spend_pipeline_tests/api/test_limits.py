"""What a client may make of a connection: so much, so many, so long; and what every answer carries."""

import json
import select
import socket

import pytest
import requests

from spend_pipeline.api.headers import API
from spend_pipeline.api.protocol import SPARE, BoundedProtocol
from spend_pipeline_tests.api.endpoint import PATH, Endpoint, error_of
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
