"""`/`: the page on which a person sees what is left and spent, and its files. Nothing is loaded from elsewhere."""

from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from spend_pipeline.api.charts_script import AGAIN_SECONDS, ChartsScript
from spend_pipeline.api.errors import Problem
from spend_pipeline.api.headers import EVERYWHERE

WEB = Path(__file__).parent / "web"
FILES = "/page"
# Nothing inline, nothing evaluated, no other host: a script that got into a figure or a label could not run, nor tell.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
HEADERS = {
    **EVERYWHERE,
    "Content-Security-Policy": POLICY,
    "Cache-Control": "no-cache",  # kept, and asked after: an upgrade never leaves half a page behind
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class PageFiles(StaticFiles):
    """The page's scripts and styles, as they are in the package."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers.update(HEADERS)
        return response


def install(app: FastAPI) -> None:
    """Serves the page and its files; they are no part of the API's documentation."""
    charts = ChartsScript(app.state.settings.home / "cache")
    files = PageFiles(directory=WEB)

    async def page(request: Request) -> Response:
        return await files.get_response("index.html", request.scope)

    def charts_script(request: Request) -> Response:
        script = charts.compressed()
        if script is None:
            raise Problem(
                503, "The charts cannot be drawn here: the endpoint's log says why", {"Retry-After": str(AGAIN_SECONDS)}
            )
        return _script(request, script, charts.tag)

    show: dict[str, Any] = {"methods": ["GET", "HEAD"], "include_in_schema": False}
    app.add_api_route("/", page, **show)
    app.add_api_route(f"{FILES}/vega.js", charts_script, **show)
    app.mount(FILES, files)


def _script(request: Request, script: bytes, tag: str) -> Response:
    """A megabyte, a third of it compressed: every browser takes gzip. It is sent once as long as it is the same."""
    headers = {**HEADERS, "ETag": tag, "Vary": "Accept-Encoding"}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    return Response(script, headers={**headers, "Content-Encoding": "gzip"}, media_type="text/javascript")
