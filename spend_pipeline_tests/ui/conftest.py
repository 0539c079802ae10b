"""A guarded webserver over an instance and a code location of its own."""

import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import uvicorn
from dagster import DagsterInstance
from dagster._core.workspace.context import WorkspaceProcessContext
from dagster._core.workspace.load_target import WorkspaceFileTarget

from spend_pipeline.ui.guard import names
from spend_pipeline.ui.server import GuardedWebserver
from spend_pipeline_tests.api.endpoint import until

PROXIED = "spend.example.com"
CODE = """
import dagster as dg

@dg.asset
def figures() -> None: ...

defs = dg.Definitions(assets=[figures], jobs=[dg.define_asset_job("sync")])
"""


@dataclass(frozen=True)
class Ui:
    """Where the UI listens, and the instance behind it."""

    port: int
    instance: DagsterInstance

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"


@pytest.fixture(scope="session")
def ui(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ui]:
    folder = tmp_path_factory.mktemp("ui")
    workspace = _workspace(folder)
    with (
        DagsterInstance.local_temp(str(folder)) as instance,
        WorkspaceProcessContext(
            instance, version="", read_only=False, workspace_load_target=WorkspaceFileTarget([str(workspace)])
        ) as context,
        socket.create_server(("127.0.0.1", 0)) as listener,
    ):
        port = listener.getsockname()[1]
        app = GuardedWebserver(context, names("127.0.0.1", port, (PROXIED,))).create_asgi_app()
        server = uvicorn.Server(uvicorn.Config(app, http="httptools", log_level="critical", server_header=False))
        thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        until(lambda: server.started, seconds=60)
        yield Ui(port, instance)
        server.should_exit = server.force_exit = True
        thread.join(10)


def _workspace(folder: Path) -> Path:
    (folder / "code.py").write_text(CODE)
    path = folder / "workspace.yaml"
    path.write_text(f"load_from: [{{python_file: {{relative_path: {folder / 'code.py'}, location_name: code}}}}]")
    return path
