"""The parts of `spend up`: what each is started with, in the order they start, from one code location."""

from dataclasses import dataclass
from pathlib import Path

import yaml

from spend_pipeline.house import TOP

READ_ONLY = "--read-only"


@dataclass(frozen=True)
class Ports:
    """Where the parts answer. `ui` is None where nobody asked for it."""

    host: str
    api: int
    ui: int | None
    ui_read_only: bool = False


def arguments(ports: Ports, folder: Path) -> dict[str, list[str]]:
    """Each part's name and its arguments; what they share for as long as they run is in `folder`."""
    location = code_location()
    socket = folder / "code.sock"
    workspace = str(_workspace(location["location_name"], socket, folder))
    parts = {
        "code-server": [
            *("api", "grpc", "--socket", str(socket)),
            *("--module-name", location["module_name"]),
            *("--location-name", location["location_name"]),
            *("--max-workers", "16"),  # the listening sensors hold one each
            *("--working-directory", str((TOP / location["working_directory"]).resolve())),
        ],
        "daemon": ["run", "--workspace", workspace],
        "ui": [ports.host, str(ports.ui), workspace, *([READ_ONLY] if ports.ui_read_only else [])],
        "endpoint": [ports.host, str(ports.api)],
    }
    return {name: words for name, words in parts.items() if name != "ui" or ports.ui is not None}


def _workspace(location_name: str, socket: Path, folder: Path) -> Path:
    """Where the daemon and the UI find the code server; Dagster remembers it by its name, which outlives the socket."""
    path = folder / "workspace.yaml"
    server = {"grpc_server": {"socket": str(socket), "location_name": location_name}}
    path.write_text(yaml.safe_dump({"load_from": [server]}), encoding="utf-8")
    return path


def code_location() -> dict[str, str]:
    """The one entry of `workspace.yaml`: one code server serves it to the daemon and the UI alike."""
    workspace = yaml.safe_load((TOP / "workspace.yaml").read_text(encoding="utf-8"))
    location: dict[str, str] = workspace["load_from"][0]["python_module"]
    return location
