"""`POST /api/v1/integrations/sync-billing`: queue a sync request, wait for its sync, answer with what was read."""

import re
from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse

from spend_pipeline.answer import answer
from spend_pipeline.api import documents
from spend_pipeline.api.auth import calling_client
from spend_pipeline.api.errors import Problem
from spend_pipeline.api.orchestrator import is_listening
from spend_pipeline.store import requests, snapshots
from spend_pipeline.store.clients import Client
from spend_pipeline.store.database import Database
from spend_pipeline.store.requests import Accepted, TooSoon

PATH = "/api/v1/integrations/sync-billing"
router = APIRouter(tags=["sync billing"])

Calling = Annotated[Client, Depends(calling_client)]
LIMIT_HEADERS = ("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset")
RUNNING: dict[str, Any] = {
    "model": documents.Running,
    "description": "The sync is under way.",
    "headers": {"Location": {"schema": {"type": "string"}}, "Retry-After": {"schema": {"type": "string"}}},
}
UNAUTHORIZED = documents.error("No valid token.", "WWW-Authenticate")
DISABLED = documents.error("The client is disabled.")
FAILED = documents.error("The sync was tried several times and did not finish.")


@router.post(
    PATH,
    summary="Sync billing now",
    description="Reads balance and usage of all the client's integrations, or of one provider's, from their APIs.",
    response_model=None,
    responses={
        200: documents.ANSWERED,
        202: RUNNING,
        401: UNAUTHORIZED,
        403: DISABLED,
        404: documents.error("`provider_name` names no active integration of this client."),
        413: documents.error("A body of more than 64 KiB. The route takes none."),
        422: documents.error("A malformed parameter."),
        429: documents.error(
            "Less than a minute since the last sync that was accepted; or too many tokens that are not valid, from one "
            "address, without the X-RateLimit headers.",
            "Retry-After",
            *LIMIT_HEADERS,
        ),
        500: FAILED,
        503: documents.error("Nobody is there to run the sync; nothing was queued.", "Retry-After"),
        504: documents.error("The sync goes on; `Location` will have its answer.", "Location", "Retry-After"),
    },
)
async def sync_billing(
    request: Request,
    client: Calling,
    provider_name: Annotated[
        str | None, Query(min_length=1, max_length=64, description="Sync this provider only.", examples=["openrouter"])
    ] = None,
    prefer: Annotated[str | None, Header(description="`respond-async` answers 202 at once (RFC 7240).")] = None,
) -> JSONResponse:
    database: Database = request.app.state.database
    if len(request.query_params.getlist("provider_name")) > 1:
        raise Problem(422, "The parameter 'provider_name' is malformed: it was given more than once")
    accepted = await run_in_threadpool(_accept, database, client, provider_name)
    if accepted is None:
        return JSONResponse(answer([]))
    seconds = request.app.state.settings.sync_wait_seconds
    headers = _limit_headers(accepted.reset)
    if _wants_async(prefer):
        return _running(accepted.id, {**headers, "Preference-Applied": "respond-async"})
    if not await request.app.state.settlements.wait(accepted.id, seconds):
        late = (
            f"The sync was not done when the wait ended, after {seconds:g} s at most, and goes on: "
            "the Location header names where its answer will be"
        )
        raise Problem(504, late, {**headers, "Location": f"{PATH}/{accepted.id}", "Retry-After": "5"})
    return await run_in_threadpool(_answered, database, client, accepted.id, headers)


@router.get(
    PATH + "/{request_id}",
    summary="The answer of a sync that was not waited for",
    response_model=None,
    responses={
        200: documents.ANSWERED,
        202: RUNNING,
        401: UNAUTHORIZED,
        403: DISABLED,
        404: documents.error("No such request of this client."),
        429: documents.error("Too many tokens that are not valid, from one address.", "Retry-After"),
        500: FAILED,
        503: documents.error("The database cannot be reached.", "Retry-After"),
    },
)
def sync_request(request: Request, client: Calling, request_id: str) -> JSONResponse:
    try:
        asked = UUID(request_id)
    except ValueError:
        raise _no_request() from None
    return _answered(request.app.state.database, client, asked, {})


def _accept(database: Database, client: Client, provider_name: str | None) -> Accepted | None:
    """Queues a request.

    None where the client has nothing to sync; raises Problem where it may not or nobody could run it.
    """
    known = provider_name if provider_name and re.fullmatch(r"[a-z0-9_]+", provider_name) else None
    active, of_provider = requests.count_active(database, client.id, known)
    if provider_name is not None and not of_provider:
        raise Problem(404, "No active integration of that provider: `provider_name` must name one that this client has")
    if not active:
        return None
    if not is_listening(database):
        raise Problem(503, "Nobody is there to run the sync right now, so nothing was queued", {"Retry-After": "10"})
    outcome = requests.accept(database, client.id, provider_name)
    if isinstance(outcome, TooSoon):
        headers = {"Retry-After": str(outcome.seconds), **_limit_headers(outcome.reset)}
        raise Problem(429, f"One manual sync a minute: try again in {outcome.seconds} s", headers)
    return outcome


def _answered(database: Database, client: Client, request_id: UUID, headers: Mapping[str, str]) -> JSONResponse:
    """What there is to say of a request: its results, that it runs, or the error it ended with."""
    found = requests.status(database, client.id, request_id)
    if found is None:
        raise _no_request()
    if found["status"] == "failed":
        raise Problem(500, found["error"], headers)
    if found["status"] != "done":
        return _running(request_id, headers)
    provider_name = found["provider_name"]
    rows = snapshots.answer_rows(database, found["sync_id"], client_id=client.id, provider_name=provider_name)
    return JSONResponse(answer(rows), headers=dict(headers))


def _running(request_id: UUID, headers: Mapping[str, str]) -> JSONResponse:
    where = {"Location": f"{PATH}/{request_id}", "Retry-After": "1"}
    body = {"success": True, "status": "running", "request_id": str(request_id)}
    return JSONResponse(body, 202, {**headers, **where})


def _no_request() -> Problem:
    return Problem(404, "No such sync request: the Location header of a 202 or 504 names one")


def _limit_headers(reset: int) -> dict[str, str]:
    values = ("1", "0", str(reset))
    return dict(zip(LIMIT_HEADERS, values, strict=True))


def _wants_async(prefer: str | None) -> bool:
    return prefer is not None and any(word.strip().lower() == "respond-async" for word in re.split("[,;]", prefer))
