"""The endpoint as a process: the app under uvicorn, over the database of the environment."""

import resource
import socket

import uvicorn
from fastapi import FastAPI

from spend_pipeline.api.app import create_app
from spend_pipeline.api.headers import AnswerHeaders
from spend_pipeline.api.protocol import SPARE, BoundedProtocol
from spend_pipeline.embedded import database_url
from spend_pipeline.settings import Settings, load
from spend_pipeline.store.database import Database

CONNECTIONS = 10
OWN_FILES = 256  # what the process itself has open, at most


def serve(host: str, port: int) -> None:
    """Serves until told to stop."""
    settings = load()
    BoundedProtocol.most_connections = min(BoundedProtocol.most_connections, _open_files() - SPARE - OWN_FILES)
    with database_url(settings) as url:
        app = create_app(settings, Database(url, connections=CONNECTIONS))
        EndpointServer(config(app, settings, host=host, port=port), app).run()


class EndpointServer(uvicorn.Server):
    """uvicorn, which at its end lets go of those who wait for a sync instead of cutting them off."""

    def __init__(self, served: uvicorn.Config, app: FastAPI) -> None:
        super().__init__(served)
        self._app = app

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._app.state.settlements.let_go()
        await super().shutdown(sockets)


def config(app: FastAPI, settings: Settings, **where: str | int) -> uvicorn.Config:
    """How the app is served. httptools refuses what h11 lets through: folded headers, two lengths."""
    return uvicorn.Config(
        AnswerHeaders(app),
        **where,  # type: ignore[arg-type]
        http=BoundedProtocol,
        ws="none",
        log_level="error",  # a malformed request is a client's affair, and would fill the log
        access_log=False,
        server_header=False,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=list(settings.trusted_proxies),
        timeout_keep_alive=5,
        timeout_graceful_shutdown=3,
    )


def _open_files() -> int:
    """How many files this process may have open, once it has asked for as many as it needs."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = BoundedProtocol.most_connections + SPARE + OWN_FILES
    if resource.RLIM_INFINITY in (soft, hard):
        return wanted
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, wanted)), hard))
    return max(soft, min(hard, wanted))
