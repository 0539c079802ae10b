"""Every answer that is not 2xx: one sentence a person can act on, and the headers its status calls for."""

import logging
from collections.abc import Mapping

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.routing import Match

from spend_pipeline.errors import Unavailable

log = logging.getLogger(__name__)

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
SENTENCES = {
    404: "No such route: /docs lists those there are",
    405: "This route does not take that method: the Allow header says which it takes",
}


class ErrorBody(BaseModel):
    """Every answer that is not 2xx."""

    success: bool = False
    error: str


class Problem(Exception):
    """An answer that is not 2xx, raised from wherever it is known."""

    def __init__(self, status: int, error: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(error)
        self.status = status
        self.headers = dict(headers or {})


def body(status: int, error: str, headers: Mapping[str, str] | None = None) -> JSONResponse:
    return JSONResponse({"success": False, "error": error}, status, dict(headers or {}))


def install(app: FastAPI) -> None:
    """Gives the app the one shape for every error, its own and the framework's."""

    @app.exception_handler(Problem)
    async def _problem(_: Request, problem: Problem) -> JSONResponse:
        return body(problem.status, str(problem), problem.headers)

    @app.exception_handler(HTTPException)
    async def _framework(request: Request, error: HTTPException) -> JSONResponse:
        headers = {"Allow": _allowed(request)} if error.status_code == 405 else error.headers
        return body(error.status_code, SENTENCES.get(error.status_code, str(error.detail)), headers)

    @app.exception_handler(RequestValidationError)
    async def _malformed(_: Request, error: RequestValidationError) -> JSONResponse:
        first = error.errors()[0]
        return body(422, f"The parameter '{first['loc'][-1]}' is malformed: {first['msg'].lower()}")

    @app.exception_handler(Unavailable)
    async def _unavailable(_: Request, error: Unavailable) -> JSONResponse:
        log.error("%s", error)
        return body(503, "The database cannot be reached right now: try again shortly", {"Retry-After": "5"})

    @app.exception_handler(Exception)
    async def _bug(_: Request, error: Exception) -> JSONResponse:
        log.error("A request failed with %s", type(error).__name__)
        return body(500, "Something broke on our side: the endpoint's log says what")


def _allowed(request: Request) -> str:
    """The methods of every route of a path: the framework names those of the first one alone."""
    routes = request.app.router.routes
    tried = {method: {**request.scope, "method": method} for method in METHODS}
    return ", ".join(
        method for method, scope in tried.items() if any(route.matches(scope)[0] is Match.FULL for route in routes)
    )
