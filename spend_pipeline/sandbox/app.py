"""The sandbox as a web application: records a request, asks its vendor who is calling, and answers or goes wrong."""

import logging
from collections.abc import Awaitable, Callable

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount
from starlette.routing import Route as HttpRoute

from spend_pipeline.sandbox.exchange import FEED_PATH, feed
from spend_pipeline.sandbox.faults import Case, go_wrong, json_response
from spend_pipeline.sandbox.keys import FAULT_WORDS, Fault, Key
from spend_pipeline.sandbox.requests_log import AUTH_HEADERS, RecordedRequest, sent_key
from spend_pipeline.sandbox.state import State
from spend_pipeline.sandbox.vendor import Ask, Refusal, Route, Vendor
from spend_pipeline.sandbox.vendors import VENDORS
from spend_pipeline.sandbox.wire import Json, encode

METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]
_FOLLOWED = "/followed"

Endpoint = Callable[[Request], Awaitable[Response]]


def make_app(state: State) -> Starlette:
    """Every vendor under its own prefix, and an index at the root."""

    async def index(request: Request) -> Response:
        return json_response(encode({"providers": index_of(state), "faults": FAULT_WORDS}))

    async def rates(request: Request) -> Response:
        return Response(feed(state.now()), media_type="text/xml")

    mounts = [Mount(f"/{vendor.name}", routes=_routes(vendor, state)) for vendor in VENDORS]
    own = [HttpRoute("/", index), HttpRoute(FEED_PATH, rates)]
    return Starlette(routes=[*own, *mounts], exception_handlers={Exception: _own_bug})


def index_of(state: State) -> dict[str, Json]:
    """Each provider's base URL and example credentials."""
    return {
        vendor.name: {"base_url": f"{state.url}/{vendor.name}", "credentials": vendor.examples(state)}
        for vendor in VENDORS
    }


async def _own_bug(request: Request, error: Exception) -> Response:
    # The server itself logs nothing, since answers cut off on purpose would fill its log: a real bug is told here.
    logging.getLogger(__name__).error("The sandbox failed at %s", request.url.path, exc_info=error)
    return PlainTextResponse("The sandbox itself failed", 500)


def _routes(vendor: Vendor, state: State) -> list[HttpRoute]:
    async def followed(request: Request) -> Response:
        _record(await _ask(request, vendor, state), request, vendor)
        return json_response('{"followed": true}')

    nowhere = Route("GET", "/{rest:path}", _no_such_route)
    own = [HttpRoute(route.path, _endpoint(vendor, route, state), methods=[route.method]) for route in vendor.routes]
    rest = HttpRoute(nowhere.path, _endpoint(vendor, nowhere, state), methods=METHODS)
    return [HttpRoute(_FOLLOWED, followed, methods=METHODS), *own, rest]


def _no_such_route(ask: Ask, key: Key) -> Json:
    raise Refusal(404)


def _endpoint(vendor: Vendor, route: Route, state: State) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        ask = await _ask(request, vendor, state)
        _record(ask, request, vendor)
        try:
            key = vendor.identify(ask)
            if key.fault and key.fault.strikes(ask.path):
                return await go_wrong(_case(vendor, route, ask, key, key.fault))
            return json_response(encode(route.answer(ask, key)))
        except Refusal as refusal:
            return _refusal(vendor, ask, refusal)

    return endpoint


async def _ask(request: Request, vendor: Vendor, state: State) -> Ask:
    path = request.url.path.removeprefix(f"/{vendor.name}")
    body = await request.body()
    return Ask(path, request.path_params, request.query_params, request.headers, body, state.now(), state)


def _record(ask: Ask, request: Request, vendor: Vendor) -> None:
    query = {name: ",".join(ask.query.getlist(name)) for name in ask.query}
    present = tuple(name for name in AUTH_HEADERS if name in ask.headers)
    body = ask.body.decode(errors="replace")
    ask.state.requests.add(
        RecordedRequest(vendor.name, request.method, ask.path, query, present, sent_key(ask.headers), body)
    )


def _case(vendor: Vendor, route: Route, ask: Ask, key: Key, fault: Fault) -> Case:
    return Case(
        fault=fault,
        secret=key.secret,
        answer=lambda: route.answer(ask, key),
        refuse=lambda refusal: _refusal(vendor, ask, refusal),
        first_time=lambda: ask.state.first_time(vendor.name, key.role, key.account, fault),
        held=lambda: key.account in ask.state.held,
        elsewhere=f"{ask.state.url}/{vendor.name}{_FOLLOWED}",
    )


def _refusal(vendor: Vendor, ask: Ask, refusal: Refusal) -> Response:
    body = encode(vendor.error_body(refusal, ask.path))
    return Response(body, refusal.status, refusal.headers, "application/json")
