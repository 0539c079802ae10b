"""What every answer carries for browsers: nothing here is to be sniffed, framed, kept or run."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

DOCS_FILES = "/static-offline-docs"  # the pages' scripts and styles: the same for everybody, and worth keeping

EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
}
API = {
    **EVERYWHERE,
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}
# /docs starts itself by a script in its page.
PAGE_POLICY = (
    "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
ONE_YEAR = "max-age=31536000"


class AnswerHeaders:
    """ASGI middleware around everything, so that the answer to a bug of ours has them too."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _headers(scope, headers.get("content-type", "")).items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, marked)


def _headers(scope: Scope, content_type: str) -> dict[str, str]:
    """HSTS only where a trusted proxy says that the client speaks TLS: without it, a browser could never come back."""
    own = EVERYWHERE if scope["path"].startswith(f"{DOCS_FILES}/") else API
    page = {"Content-Security-Policy": PAGE_POLICY} if content_type.startswith("text/html") else {}
    return {**own, **page, **({"Strict-Transport-Security": ONE_YEAR} if scope["scheme"] == "https" else {})}
