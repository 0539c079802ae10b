"""HTTP on one connection, with an end to all that a client may make of it: length, number and time.

uvicorn's httptools protocol bounds neither the request line nor the headers, and waits for ever for a request that does
not come.
"""

import asyncio
import json
from http import HTTPStatus
from typing import Any

from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from spend_pipeline.api.errors import body
from spend_pipeline.api.headers import API

URL_BYTES = 8 * 1024
HEAD_BYTES = 64 * 1024
HEADERS = 100
REQUEST_SECONDS = 15.0
LINGER_SECONDS = 2.0  # how long what is still coming is thrown away, so that the client can read why
SPARE = 256  # connections beyond the limit that are still told so; the next is hung up on

NOT_HTTP = (400, "The request is not HTTP as it should be, so nothing was done")
LONG_URL = (414, f"The URL is longer than {URL_BYTES // 1024} KiB")
LONG_HEAD = (431, f"The headers are more than {HEADERS}, or longer than {HEAD_BYTES // 1024} KiB together")
LATE = (408, "The request did not arrive in full in {:g} s")


async def full(scope: Scope, receive: Receive, send: Send) -> None:
    """The app of a connection too many."""
    answer = body(503, "Too many connections are open right now", {"Retry-After": "5", "Connection": "close"})
    await answer(scope, receive, send)


class _Beyond(Exception):
    """A limit is passed: what httptools makes of it ends in `send_400_response`."""


class BoundedProtocol(HttpToolsProtocol):
    """uvicorn's protocol within bounds; the class attributes are those that a process may set for itself."""

    most_connections = 4096
    request_seconds = REQUEST_SECONDS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._app = self.app
        self._due: asyncio.TimerHandle | None = None
        self._wrong = NOT_HTTP
        self._in_head = False
        self._head_bytes = 0
        self._over = False  # answered for good: whatever still comes is thrown away

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if len(self.connections) > self.most_connections + SPARE:
            transport.abort()
        else:
            self._expect_request()

    def connection_lost(self, exc: Exception | None) -> None:
        self._request_came()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._over:
            return
        if self.cycle is None or self.cycle.response_complete:
            self._expect_request()
        super().data_received(data)
        if self._in_head and not self._over:
            self._head_bytes += len(data)  # httptools tells of a header when it is complete, and keeps it until then
            if self._head_bytes > URL_BYTES + HEAD_BYTES:
                self._end(*LONG_HEAD)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._in_head, self._head_bytes = True, 0

    def on_url(self, url: bytes) -> None:
        super().on_url(url)
        if len(self.url) > URL_BYTES:
            self._wrong = LONG_URL
            raise _Beyond

    def on_header(self, name: bytes, value: bytes) -> None:
        super().on_header(name, value)
        together = sum(len(name) + len(value) for name, value in self.headers)
        if len(self.headers) > HEADERS or together > HEAD_BYTES:
            self._wrong = LONG_HEAD
            raise _Beyond

    def on_headers_complete(self) -> None:
        self._in_head = False
        self.app = full if len(self.connections) > self.most_connections else self._app
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._request_came()
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        self._end(*self._wrong)

    def _expect_request(self) -> None:
        """From its first byte, or from the connection's start, a request has its seconds: head and body together."""
        if self._due is None:
            self._due = self.loop.call_later(self.request_seconds, self._late)

    def _request_came(self) -> None:
        if self._due is not None:
            self._due.cancel()
            self._due = None

    def _late(self) -> None:
        answered = self.cycle is not None and self.cycle.response_started
        if self._over or self.transport.is_closing():
            return
        if answered:  # this request, or the one before it: either way the next answer is not expected yet
            self.transport.abort()
        else:
            self._end(LATE[0], LATE[1].format(self.request_seconds))

    def _end(self, status: int, sentence: str) -> None:
        """Says why, once, and hangs up when the client has had the time to read it."""
        self._over = True
        self._request_came()
        if self.cycle is not None and not self.cycle.response_complete:
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        text = json.dumps({"success": False, "error": sentence}, separators=(",", ":")).encode()
        named = {"Content-Type": "application/json", "Content-Length": str(len(text)), "Connection": "close", **API}
        head = "".join(f"{name.lower()}: {value}\r\n" for name, value in named.items())
        self.flow.resume_reading()
        self.transport.write(f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\n{head}\r\n".encode() + text)
        self.transport.write_eof()
        self.loop.call_later(LINGER_SECONDS, self.transport.abort)
