"""The endpoint as a process: the app under uvicorn, over the database of the environment."""

import uvicorn

from spend_pipeline.api.app import create_app
from spend_pipeline.embedded import database_url
from spend_pipeline.settings import load
from spend_pipeline.store.database import Database

CONNECTIONS = 10


def serve(host: str, port: int) -> None:
    """Serves until told to stop. httptools refuses what h11 lets through: folded headers, two lengths."""
    settings = load()
    with database_url(settings) as url:
        app = create_app(settings, Database(url, connections=CONNECTIONS))
        uvicorn.run(
            app,
            host=host,
            port=port,
            http="httptools",
            log_level="warning",
            access_log=False,
            server_header=False,
            timeout_keep_alive=5,
            timeout_graceful_shutdown=3,
        )
