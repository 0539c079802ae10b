"""`GET /api/v1/alerts`: the budgets that a client has crossed, open and past."""

import base64
import binascii
import re
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query
from fastapi.responses import JSONResponse

from spend_pipeline.alerts.message import alert_fields
from spend_pipeline.alerts.words import words
from spend_pipeline.api import alert_shapes as shapes
from spend_pipeline.api import documents
from spend_pipeline.api.errors import Problem
from spend_pipeline.api.integrations import Behind, Calling
from spend_pipeline.api.parameters import PageLimit, each_once
from spend_pipeline.store import alerts

router = APIRouter(tags=["alerts"], dependencies=[Depends(each_once)])

OPEN = {"open": True, "ended": False, "all": None}
Next = Annotated[
    str | None,
    Query(
        min_length=1, max_length=200, description="`next_cursor` of the page before, with the same other parameters."
    ),
]
State = Annotated[Literal["open", "ended", "all"], Query(description="Those that are open, have ended, or all.")]


@router.get(
    "/api/v1/alerts",
    summary="The budgets that are crossed, or were",
    description="Newest first, as the last sync saw them, each with what to do.",
    response_model=None,
    responses={
        200: documents.answered(shapes.AlertPage, "A page, newest first.", shapes.EXAMPLE),
        **documents.REFUSED,
        422: documents.error("A malformed parameter."),
    },
)
def client_alerts(
    *, client: Calling, behind: Behind, state: State = "all", limit: PageLimit = 50, cursor: Next = None
) -> JSONResponse:
    database, providers = behind
    before = None if cursor is None else _shown(cursor)
    found = alerts.of_client(database, client.id, limit + 1, before=before, is_open=OPEN[state])
    labels = {name: provider.label for name, provider in providers.items()}
    following = _cursor(found[limit - 1]["alert_id"]) if len(found) > limit else None
    return JSONResponse(
        {"success": True, "alerts": [_entry(row, labels) for row in found[:limit]], "next_cursor": following}
    )


def _entry(row: dict[str, Any], labels: dict[str, str]) -> dict[str, Any]:
    """An alert as data, what it said when it fired, and what to do while it is open."""
    said, is_open = words(row, labels, ended=False), row["ended_at"] is None
    return {
        **alert_fields(row, labels),
        "title": said.title,
        "message": said.sentence,
        "action": said.action if is_open else None,
    }


def _cursor(alert_id: int) -> str:
    return base64.urlsafe_b64encode(f"alert.{alert_id}".encode()).decode().rstrip("=")


def _shown(cursor: str) -> int:
    """The alert that was shown last. Raises Problem for text that no answer of this kind ever held."""
    try:
        plain = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
    except (ValueError, binascii.Error):
        plain = ""
    number = re.fullmatch(r"alert\.([1-9][0-9]{0,17})", plain)
    if number is None or _cursor(int(number[1])) != cursor:
        raise Problem(
            422, "The parameter 'cursor' is malformed: it must be the next_cursor of the page before this one"
        )
    return int(number[1])
