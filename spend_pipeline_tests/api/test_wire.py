"""What no HTTP client should send: refused by the server, or answered in our words, never a 500."""

import socket

import pytest

from spend_pipeline_tests.api.endpoint import PATH, Endpoint
from spend_pipeline_tests.store.books import GROQ

HEAD = f"POST {PATH} HTTP/1.1\r\nHost: x\r\n"

MALFORMED = {
    "folded header": f"{HEAD}Authorization: Bearer\r\n {{token}}\r\n\r\n",
    "two lengths": f"{HEAD}Authorization: Bearer {{token}}\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
    "length and chunks": f"{HEAD}Authorization: Bearer {{token}}\r\nContent-Length: 5\r\n"
    "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "NUL in a header": f"{HEAD}Authorization: Bearer {{token}}\0\r\n\r\n",
    "NUL in the path": f"POST {PATH}\0 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {{token}}\r\n\r\n",
    "bare line feed in a value": f"{HEAD}Authorization: Bearer {{token}}\rX: y\r\n\r\n",
    "space before the colon": f"{HEAD}Authorization : Bearer {{token}}\r\n\r\n",
    "negative length": f"{HEAD}Authorization: Bearer {{token}}\r\nContent-Length: -1\r\n\r\n",
    "length that is no number": f"{HEAD}Authorization: Bearer {{token}}\r\nContent-Length: 0x10\r\n\r\n",
    "no such version": f"POST {PATH} HTTP/9.9\r\nHost: x\r\n\r\n",
    "not HTTP": "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
    "a method of nobody": f"SYNC {PATH} HTTP/1.1\r\nHost: x\r\n\r\n",
}


@pytest.mark.parametrize("request_text", MALFORMED.values(), ids=MALFORMED)
def test_a_malformed_request_is_refused_by_the_server(endpoint: Endpoint, request_text: str) -> None:
    """400 before the app sees it; nothing of it is reflected, and nothing is queued."""
    caller = endpoint.add(GROQ)
    sent = request_text.replace("{token}", caller.added.token).encode("latin-1")
    status, headers, body = endpoint.raw(sent)
    assert status == 400
    assert caller.added.token.encode() not in body
    assert "x" not in headers
    assert endpoint.asked(caller) == 0


def test_a_path_of_a_megabyte(endpoint: Endpoint) -> None:
    """Answered or cut off, within the time of any other request; the next is answered as ever."""
    caller = endpoint.add(GROQ)
    with_token = f"Host: x\r\nAuthorization: Bearer {caller.added.token}\r\n\r\n"
    status, _, _ = endpoint.raw(f"POST {PATH}?provider_name={'a' * 1_000_000} HTTP/1.1\r\n{with_token}".encode())
    assert status in (400, 414, 422)
    assert caller.post().status_code == 200


def test_requests_behind_each_other_on_one_connection(endpoint: Endpoint) -> None:
    """Pipelined: each answered, in order; a body that was not read is not taken for the next request."""
    caller = endpoint.add()
    token = f"Authorization: Bearer {caller.added.token}\r\n"
    inner = f"{HEAD}Content-Length: 0\r\n\r\n"
    first = f"{HEAD}{token}Content-Length: {len(inner)}\r\n\r\n{inner}"
    last = "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    host, port = endpoint.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall((first + last).encode())
        answer = b""
        while part := connection.recv(65536):
            answer += part
    assert answer.count(b"HTTP/1.1 200 OK") == 2
    assert answer.count(b"HTTP/1.1 ") == 2


def test_a_request_that_never_ends_holds_up_nobody(endpoint: Endpoint) -> None:
    caller = endpoint.add(GROQ)
    host, port = endpoint.url.removeprefix("http://").split(":")
    slow = [socket.create_connection((host, int(port)), timeout=10) for _ in range(50)]
    for connection in slow:
        connection.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nX-Slow: ")
    assert caller.post().status_code == 200
    for connection in slow:
        connection.close()


@pytest.mark.parametrize("host", ["evil.example", "evil.example\r\nX-Injected: 1"])
def test_no_header_of_ours_repeats_the_host(endpoint: Endpoint, host: str) -> None:
    caller = endpoint.add(GROQ)
    lines = (
        f"POST {PATH}?provider_name=nosuch HTTP/1.1",
        f"Host: {host}",
        f"Authorization: Bearer {caller.added.token}",
    )
    head = "\r\n".join([*lines, "", ""])
    status, headers, body = endpoint.raw(head.encode())
    assert status == 404
    assert "evil" not in str(headers) + body.decode()
    assert "server" not in headers
