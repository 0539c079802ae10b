"""How large a request may be: no route takes a body, so none is ever read."""

from fastapi import FastAPI
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from spend_pipeline.api.errors import body

BODY_BYTES = 64 * 1024


class BodyLimit:
    """Refuses a request that announces a body larger than 64 KiB."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        length = Headers(scope=scope).get("content-length", "0") if scope["type"] == "http" else "0"
        if length.isdecimal() and int(length[:12]) > BODY_BYTES:
            await body(413, "The request's body is too large: this route takes none")(scope, receive, send)
        else:
            await self._app(scope, receive, send)


def install(app: FastAPI) -> None:
    app.add_middleware(BodyLimit)
