"""The routes of the guide, for whichever app is to have them."""

from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from spend_pipeline.guide.pages import DOCS, FILES, ROOT, framed

STYLE = Path(__file__).parent / "guide.css"
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; "
        "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    ),
    "Cache-Control": "no-cache",
}


def routes() -> list[BaseRoute]:
    """`/guide` and everything below it; GET and HEAD."""
    return [
        Route(f"{ROOT}/guide.css", _style),
        Mount(FILES, StaticFiles(directory=DOCS)),
        Route(ROOT, _show),
        Route(f"{ROOT}/{{name:path}}", _show),
    ]


def _show(request: Request) -> Response:
    html = framed(request.path_params.get("name", "").rstrip("/"))
    if html is None:
        raise HTTPException(404)
    return HTMLResponse(html, headers=HEADERS)


def _style(_: Request) -> Response:
    return FileResponse(STYLE, headers=HEADERS)
