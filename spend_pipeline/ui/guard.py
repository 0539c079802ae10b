"""The guard before Dagster's UI: under which name it may be asked, from which page, by which method.

Dagster's webserver executes mutations over GET, from any Host and any Origin, so any page in a browser that can reach
it could start runs. docs/decisions/0010 says more.
"""

from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
READING = ("GET", "HEAD")
DEFAULT_PORTS = {"http": ":80", "https": ":443"}

# A policy of its own beside Dagster's: a browser keeps to both.
HEADERS = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
NO_FRAMES = ("Content-Security-Policy", "frame-ancestors 'none'")


@dataclass(frozen=True)
class Refusal:
    """Why a request does not reach the UI: the status and one sentence."""

    status: int
    sentence: str
    allow: str = ""


WRONG_HOST = Refusal(403, "The UI does not answer to that Host: SPEND_UI_HOSTS lists the names it may be reached by")
WRONG_ORIGIN = Refusal(403, "Only the UI's own pages may ask this, and the request came from another site")
WRONG_PATH = Refusal(400, "The path holds a character that no path of the UI has")
NOT_A_QUERY = Refusal(405, "GraphQL is asked by POST here: any link could ask what is in a URL", "POST")
WRONG_METHOD = Refusal(405, "The UI takes GET, HEAD and POST", "GET, HEAD, POST")
NOT_JSON = Refusal(415, "What is posted to the UI must be application/json")


def names(host: str, port: int, others: tuple[str, ...]) -> frozenset[str]:
    """The Host headers that are ours: loopback and the bound address with the port, and what the operator added."""
    bound = f"[{host}]" if ":" in host else host.lower()
    own = {f"{name}:{port}" for name in (*LOOPBACK, bound)}
    if port == 80:
        own |= {*LOOPBACK, bound}
    return frozenset(own | {name.lower() for name in others})


def refusal(scope: Scope, own: frozenset[str]) -> Refusal | None:
    """Why this request may not pass; None where it may."""
    headers = Headers(scope=scope)
    host = headers.get("host", "").lower()
    if len(headers.getlist("host")) != 1 or host not in own:
        return WRONG_HOST
    if not scope["path"].isprintable():  # a line break at the end would match a route and not our comparison
        return WRONG_PATH
    if not _is_from_us(scope, headers, host):
        return WRONG_ORIGIN
    return _wrong_question(scope, headers) if scope["type"] == "http" else None


def _is_from_us(scope: Scope, headers: Headers, host: str) -> bool:
    """Whether one of our pages sent it, or what is no page at all: a browser names the page of everything but a GET."""
    if scope["type"] == "websocket" or "origin" in headers:
        return _same_origin(headers, host)
    return headers.get("sec-fetch-site", "none") in ("same-origin", "none") or _is_followed_link(scope, headers)


def _wrong_question(scope: Scope, headers: Headers) -> Refusal | None:
    if scope["method"] in READING:
        return NOT_A_QUERY if scope["path"].strip("/") == "graphql" and scope["query_string"] else None
    if scope["method"] != "POST":
        return WRONG_METHOD
    # Only this type makes a browser ask first (CORS), so no form of another site can post it.
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    return None if kind == "application/json" else NOT_JSON


def _same_origin(headers: Headers, host: str) -> bool:
    """Whether there is one Origin, and it is the host that was asked. A default port may be named or left out."""
    origins = headers.getlist("origin")
    try:
        origin = urlsplit(origins[0] if len(origins) == 1 else "")
    except ValueError:
        return False
    if origin.scheme not in ("http", "https") or not origin.netloc:
        return False
    default = DEFAULT_PORTS[origin.scheme]
    return origin.netloc.lower().removesuffix(default) == host.removesuffix(default)


def _is_followed_link(scope: Scope, headers: Headers) -> bool:
    """A link on another site, or the way back from a login: a page that opens in a tab of its own, and only reads."""
    opened = (headers.get("sec-fetch-mode"), headers.get("sec-fetch-dest"))
    return scope["method"] in READING and opened == ("navigate", "document")


class Guard:
    """ASGI middleware: refuses what `refusal` names, and marks every answer as not to be framed, sniffed or shared."""

    def __init__(self, app: ASGIApp, own: frozenset[str]) -> None:
        self._app = app
        self._own = own

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def guarded(message: Message) -> None:
            if message["type"] in ("http.response.start", "websocket.http.response.start"):
                headers = MutableHeaders(scope=message)
                headers.update(HEADERS)
                headers.append(*NO_FRAMES)
            await send(message)

        wrong = refusal(scope, self._own) if scope["type"] in ("http", "websocket") else None
        if wrong is None:
            await self._app(scope, receive, guarded)
        else:
            allow = {"Allow": wrong.allow} if wrong.allow else {}
            answer = PlainTextResponse(wrong.sentence + "\n", wrong.status, allow)
            await answer(scope, receive, guarded)
