"""The app: the routes, what they share, and the one shape of every error."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi_offline import FastAPIOffline

from spend_pipeline.api import (
    alerts,
    documents,
    errors,
    health,
    history,
    integrations,
    integrations_health,
    limits,
    metrics,
    overview,
    page,
    sync_billing,
)
from spend_pipeline.api.strangers import Strangers
from spend_pipeline.api.waiting import Settlements
from spend_pipeline.catalog import catalog
from spend_pipeline.guide import routes as guide
from spend_pipeline.settings import Settings
from spend_pipeline.store.database import Database

DESCRIPTION = """
What a team still has, and what it spends, at every AI API provider it pays for.

Every route wants `Authorization: Bearer {client_token}`; `spend clients add NAME` makes one.
Every answer that is not 2xx is `{"success": false, "error": "<one sentence>"}`.
"""


def create_app(settings: Settings, database: Database) -> FastAPI:
    """The app over one database, of which no route sees more than the client that calls."""
    database = database.behind_the_wall()
    settlements = Settlements(database)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        with settlements.listening():
            yield

    app = FastAPIOffline(
        title="spend-pipeline",
        version="1",
        description=DESCRIPTION,
        lifespan=lifespan,
        redoc_url=None,
        generate_unique_id_function=lambda route: route.name,  # what typed clients call the operation
        redirect_slashes=False,  # a redirect would have no body of ours, and send a token wherever Host says
    )
    app.state.settings = settings
    app.state.database = database
    app.state.settlements = settlements
    app.state.strangers = Strangers()
    app.state.providers = catalog(settings)
    errors.install(app)
    limits.install(app)
    for resource in (sync_billing, integrations, integrations_health, history, overview, alerts, health, metrics):
        app.include_router(resource.router)
    page.install(app)
    app.router.routes.extend(guide.routes())
    documents.install(app)
    return app
