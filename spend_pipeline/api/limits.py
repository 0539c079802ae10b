"""How large a request's body may be: it is received whole before any route sees it, or refused."""

from fastapi import FastAPI
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from spend_pipeline.api.errors import body

BODY_BYTES = 64 * 1024
TOO_LARGE = f"The request's body is too large: at most {BODY_BYTES // 1024} KiB are read"


class BodyLimit:
    """Refuses a body larger than 64 KiB, on its announcement or as soon as that much has come.

    What comes after is thrown away by the server until the request's time is over, so that the client reads the
    answer. Routes that take no body are spared one that never ends, and all of them a client that sends it slowly.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        length = Headers(scope=scope).get("content-length", "0")
        announced = int(length[:12]) if length.isdecimal() else 0
        try:
            received = await _received(receive) if announced <= BODY_BYTES else None
        except ClientDisconnect:
            return
        if received is None:
            await body(413, TOO_LARGE)(scope, receive, send)
        else:
            await self._app(scope, _replay(received, receive), send)


async def _received(receive: Receive) -> bytes | None:
    """The whole body; None where it is too large. Raises ClientDisconnect where it does not come."""
    received, more = bytearray(), True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        received += message.get("body", b"")
        if len(received) > BODY_BYTES:
            return None
        more = message.get("more_body", False)
    return bytes(received)


def _replay(received: bytes, receive: Receive) -> Receive:
    """The body once, and then what the connection says."""
    waiting: list[Message] = [{"type": "http.request", "body": received, "more_body": False}]

    async def replayed() -> Message:
        return waiting.pop() if waiting else await receive()

    return replayed


def install(app: FastAPI) -> None:
    app.add_middleware(BodyLimit)
