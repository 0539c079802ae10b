"""`GET /api/v1/integrations/spend`, and `/{id}/spend` of one: what was read, by reading, day or month."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query
from fastapi.responses import JSONResponse

from spend_pipeline.api import cursor as cursors
from spend_pipeline.api import documents, examples, history_shapes
from spend_pipeline.api.cursor import Cursor
from spend_pipeline.api.integrations import PATH, Behind, Calling, not_found
from spend_pipeline.api.parameters import BEYOND, PageLimit, each_once
from spend_pipeline.api.range import From, Range, To, asked
from spend_pipeline.history import period_entry, provider_entries, reading_entry
from spend_pipeline.store import history
from spend_pipeline.store.database import Database

router = APIRouter(tags=["history"], dependencies=[Depends(each_once)])

Next = Annotated[
    str | None,
    Query(
        min_length=1, max_length=200, description="`next_cursor` of the page before, with the same other parameters."
    ),
]
MALFORMED = documents.error("A malformed parameter, or a range that is none.")


@router.get(
    f"{PATH}/spend",
    summary="The client's spend by day or month",
    description="All integrations, in USD, in all and by provider: what the last reading of each day or month told.",
    response_model=None,
    responses={
        200: documents.answered(history_shapes.ClientHistory, "A page, in order of time.", examples.CLIENT_HISTORY),
        **documents.REFUSED,
        422: MALFORMED,
    },
)
def client_spend(
    *,
    client: Calling,
    behind: Behind,
    given_from: From = None,
    to: To = None,
    granularity: Annotated[Literal["day", "month"], Query(description="UTC days or months.")] = "day",
    limit: PageLimit = 50,
    cursor: Next = None,
) -> JSONResponse:
    monthly = granularity == "month"
    window, following = asked(given_from, to, datetime.now(UTC), monthly=monthly).window(
        _parsed(cursor, of_readings=False), limit, monthly=monthly
    )
    entries = provider_entries(history.by_period(behind[0], client.id, window))
    return _page({"granularity": granularity}, entries, following)


@router.get(
    f"{PATH}/{{integration_id:id}}/spend",
    summary="An integration's spend by reading, day or month",
    description="Also of an integration that was deleted at most 90 days ago.",
    response_model=None,
    responses={
        200: documents.answered(history_shapes.IntegrationHistory, "A page, in order of time.", examples.HISTORY),
        **documents.REFUSED,
        404: documents.NO_INTEGRATION,
        422: MALFORMED,
    },
)
def integration_spend(
    *,
    client: Calling,
    behind: Behind,
    integration_id: int,
    given_from: From = None,
    to: To = None,
    granularity: Annotated[
        Literal["raw", "day", "month"], Query(description="Every reading, or UTC days or months.")
    ] = "day",
    limit: PageLimit = 50,
    cursor: Next = None,
) -> JSONResponse:
    database, monthly = behind[0], granularity == "month"
    provider_name = None if integration_id >= BEYOND else history.provider_of(database, client.id, integration_id)
    if provider_name is None:
        raise not_found()
    within = asked(given_from, to, datetime.now(UTC), monthly=monthly)
    where = _parsed(cursor, of_readings=granularity == "raw")
    if granularity == "raw":
        entries, following = _readings(database, client.id, integration_id, within=within, where=where, limit=limit)
    else:
        window, following = within.window(where, limit, monthly=monthly)
        found = history.by_period(database, client.id, window, integration_id)
        entries = [period_entry(row) for row in found]
    about = {"integration_id": integration_id, "provider_name": provider_name, "granularity": granularity}
    return _page(about, entries, following)


def _readings(
    database: Database, client_id: int, integration_id: int, *, within: Range, where: Cursor | None, limit: int
) -> tuple[list[dict[str, Any]], Cursor | None]:
    """A page of readings, and where the next one starts: one more is read than is shown, to know whether there is."""
    start = within.start if where is None else max(where.at, within.start)
    shown = where.shown if where is not None and where.at >= within.start else None
    found = history.readings(database, client_id, integration_id, start, within.end, shown=shown, limit=limit + 1)
    last = found[limit - 1] if len(found) > limit else None
    following = None if last is None else Cursor(last["synced_at"].astimezone(UTC), last["sync_id"])
    return [reading_entry(row) for row in found[:limit]], following


def _parsed(text: str | None, *, of_readings: bool) -> Cursor | None:
    return None if text is None else cursors.parse(text, of_readings=of_readings)


def _page(about: dict[str, Any], entries: Sequence[dict[str, Any]], following: Cursor | None) -> JSONResponse:
    where = None if following is None else str(following)
    return JSONResponse({"success": True, **about, "entries": list(entries), "next_cursor": where})
