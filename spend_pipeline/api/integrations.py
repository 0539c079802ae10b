"""`/api/v1/integrations/`: a client's integrations, listed, added, changed and deleted."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse

from spend_pipeline.api import documents, examples, shapes
from spend_pipeline.api.auth import calling_client
from spend_pipeline.api.errors import Problem
from spend_pipeline.api.given import check_credentials, named_provider
from spend_pipeline.api.integration_fields import Changes, NewIntegration
from spend_pipeline.api.json_body import checked, read_json
from spend_pipeline.api.objects import integration_object, verification_object
from spend_pipeline.api.parameters import BEYOND, NAME, Offset, PageLimit, ProviderName, Truth, each_once
from spend_pipeline.api.trying import trying
from spend_pipeline.key_ring import vault
from spend_pipeline.providers.declaration import Provider
from spend_pipeline.store import integrations
from spend_pipeline.store.clients import Client
from spend_pipeline.store.database import Database

PATH = "/api/v1/integrations"
router = APIRouter(tags=["integrations"])

Calling = Annotated[Client, Depends(calling_client)]


def database_and_providers(request: Request) -> tuple[Database, Mapping[str, Provider]]:
    return request.app.state.database, request.app.state.providers


Behind = Annotated[tuple[Database, Mapping[str, Provider]], Depends(database_and_providers)]


@router.get(PATH, include_in_schema=False, dependencies=[Depends(each_once)])
@router.get(
    f"{PATH}/",
    summary="List integrations",
    description="A page of the client's integrations, ascending by id.",
    response_model=None,
    dependencies=[Depends(each_once)],
    responses={
        200: documents.answered(shapes.IntegrationPage, "The page.", examples.PAGE),
        **documents.REFUSED,
        422: documents.error("A malformed parameter."),
    },
)
def list_integrations(
    *,
    client: Calling,
    behind: Behind,
    provider_name: ProviderName = None,
    health_status: Annotated[shapes.Health | None, Query(description="Of this health only.")] = None,
    is_active: Annotated[Truth | None, Query(description="Only those that syncs read, or leave out.")] = None,
    limit: PageLimit = 50,
    offset: Offset = 0,
) -> JSONResponse:
    database, providers = behind
    only = {"provider_name": provider_name, "health_status": health_status, "is_active": is_active}
    if provider_name is not None and not NAME.fullmatch(provider_name):
        return JSONResponse({"success": True, "integrations": [], "total": 0})
    found, total = integrations.of_client(database, client.id, limit, offset, **only)
    listed = [integration_object(row, providers) for row in found]
    return JSONResponse({"success": True, "integrations": listed, "total": total})


@router.post(PATH, include_in_schema=False, dependencies=[Depends(each_once)])
@router.post(
    f"{PATH}/",
    status_code=201,
    summary="Add an integration",
    description="Its credentials are sealed before they are stored, and no answer ever shows them again.",
    response_model=None,
    dependencies=[Depends(each_once)],
    openapi_extra=documents.json_body(NewIntegration),
    responses={
        201: documents.answered(shapes.IntegrationAdded, "Added.", examples.ADDED),
        **documents.REFUSED,
        **documents.BODY_REFUSED,
        422: documents.error("A malformed field, or a key that the provider refused. Nothing was stored."),
        502: documents.error("The provider could not be asked, so nothing could be verified. Nothing was stored."),
    },
)
async def add_integration(
    request: Request,
    client: Calling,
    behind: Behind,
    verify: Annotated[Truth, Query(description="Ask the provider once what the key can see.")] = False,
) -> JSONResponse:
    fields = checked(NewIntegration, await read_json(request))
    return await run_in_threadpool(_added, request, client, fields, verify)


def _added(request: Request, client: Client, fields: NewIntegration, verify: bool) -> JSONResponse:
    database, providers = database_and_providers(request)
    provider = named_provider(fields.provider_name, providers)
    check_credentials(provider, fields.credentials)
    settings = request.app.state.settings
    more: dict[str, Any] = {}
    if verify:
        seen = trying(settings, database, provider, fields.credentials, datetime.now(UTC))
        more = {"verification": verification_object(seen)}
    limits = fields.model_dump(exclude={"provider_name", "credentials", "key_label"})
    keys = vault(settings, database)
    new = integrations.add(database, keys, client, provider, fields.credentials, label=fields.key_label, limits=limits)
    return JSONResponse({"success": True, "integration": _one(database, client, new, providers), **more}, 201)


@router.patch(
    f"{PATH}/{{integration_id:id}}",
    summary="Change an integration",
    description="Changes the fields that are named. A provider and credentials do not change: add another integration.",
    response_model=None,
    openapi_extra=documents.json_body(Changes),
    responses={
        200: documents.answered(shapes.IntegrationAnswer, "Changed.", examples.ANSWER),
        **documents.REFUSED,
        **documents.BODY_REFUSED,
        404: documents.NO_INTEGRATION,
        422: documents.error("A malformed field."),
    },
)
async def change_integration(request: Request, client: Calling, behind: Behind, integration_id: int) -> JSONResponse:
    changes = checked(Changes, await read_json(request)).model_dump(exclude_unset=True)
    return await run_in_threadpool(_changed, behind, client, integration_id, changes)


def _changed(
    behind: tuple[Database, Mapping[str, Provider]], client: Client, integration_id: int, changes: Mapping[str, Any]
) -> JSONResponse:
    database, providers = behind
    if integration_id >= BEYOND or (changes and not integrations.change(database, client.id, integration_id, changes)):
        raise not_found()
    return JSONResponse({"success": True, "integration": _one(database, client, integration_id, providers)})


@router.delete(
    f"{PATH}/{{integration_id:id}}",
    summary="Delete an integration",
    description="Its credentials are destroyed at once; its history stays for 90 days.",
    response_model=None,
    responses={
        200: documents.answered(shapes.IntegrationDeleted, "Deleted.", examples.DELETED),
        **documents.REFUSED,
        404: documents.NO_INTEGRATION,
    },
)
def delete_integration(client: Calling, behind: Behind, integration_id: int) -> JSONResponse:
    database, _ = behind
    if integration_id >= BEYOND or not integrations.remove_of_client(database, client.id, integration_id):
        raise not_found()
    message = "Integration deleted successfully"
    return JSONResponse({"success": True, "message": message, "deleted_id": integration_id})


def not_found() -> Problem:
    """One wording for an id that is unknown, deleted, or another client's."""
    return Problem(404, "Integration not found")


def _one(database: Database, client: Client, integration_id: int, providers: Mapping[str, Provider]) -> dict[str, Any]:
    found, _ = integrations.of_client(database, client.id, 1, id=integration_id)
    if not found:
        raise not_found()
    return integration_object(found[0], providers)
