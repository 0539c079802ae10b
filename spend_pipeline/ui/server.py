"""Dagster's webserver as a process of ours: its own app with the guard before it, on one port."""

import uvicorn
from dagster import DagsterInstance
from dagster._core.workspace.context import WorkspaceProcessContext
from dagster._core.workspace.load_target import WorkspaceFileTarget
from dagster_webserver.version import __version__
from dagster_webserver.webserver import DagsterWebserver
from starlette.middleware import Middleware
from starlette.routing import BaseRoute

from spend_pipeline.guide import routes as guide
from spend_pipeline.settings import load
from spend_pipeline.ui.guard import Guard, names

# What the command `dagster-webserver` starts with.
STATEMENT_TIMEOUT_MS, POOL_RECYCLE_SECONDS, POOL_OVERFLOW = 15_000, 3_600, 20
POLL_MS = 2_000


class GuardedWebserver(DagsterWebserver[WorkspaceProcessContext, object]):  # type: ignore[type-var]
    """Dagster's webserver, asked through the guard: there is no second port that would lead around it."""

    def __init__(self, context: WorkspaceProcessContext, own: frozenset[str]) -> None:
        super().__init__(context, live_data_poll_rate=POLL_MS)
        self._own = own

    def build_routes(self) -> list[BaseRoute]:
        return [*guide.routes(), *super().build_routes()]  # type: ignore[no-untyped-call]

    def build_middleware(self) -> list[Middleware]:
        return [Middleware(Guard, own=self._own), *super().build_middleware()]


def serve(host: str, port: int, workspace: str, *, read_only: bool) -> None:
    """Serves the UI of the instance of the environment until told to stop."""
    own = names(host, port, load().ui_hosts)
    with DagsterInstance.get() as instance:
        instance.optimize_for_webserver(STATEMENT_TIMEOUT_MS, POOL_RECYCLE_SECONDS, POOL_OVERFLOW)
        target = WorkspaceFileTarget([workspace])
        with WorkspaceProcessContext(
            instance, version=__version__, read_only=read_only, workspace_load_target=target
        ) as context:
            uvicorn.run(
                GuardedWebserver(context, own).create_asgi_app(),
                host=host,
                port=port,
                http="httptools",
                log_level="warning",
                server_header=False,
                proxy_headers=False,  # nothing here goes by the caller's address
                timeout_graceful_shutdown=3,  # a page left open holds a websocket for ever
            )
