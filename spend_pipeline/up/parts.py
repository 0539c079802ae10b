"""The parts of `spend up`: what each is started with, in the order they start, from one code location."""

from dataclasses import dataclass
from pathlib import Path

import yaml

from spend_pipeline.house import TOP


@dataclass(frozen=True)
class Ports:
    """Where the parts answer. `ui` is None where nobody asked for it."""

    host: str
    api: int
    ui: int | None


def arguments(ports: Ports, socket: Path) -> dict[str, list[str]]:
    """Each part's name and its arguments."""
    location = code_location()
    place = ["--grpc-socket", str(socket)]
    parts = {
        "code-server": [
            *("api", "grpc", "--socket", str(socket)),
            *("--module-name", location["module_name"]),
            *("--location-name", location["location_name"]),
            *("--working-directory", str((TOP / location["working_directory"]).resolve())),
        ],
        "daemon": ["run", *place],
        "ui": ["--host", ports.host, "--port", str(ports.ui), *place],
        "endpoint": [ports.host, str(ports.api)],
    }
    return {name: words for name, words in parts.items() if name != "ui" or ports.ui is not None}


def code_location() -> dict[str, str]:
    """The one entry of `workspace.yaml`: one code server serves it to the daemon and the UI alike."""
    workspace = yaml.safe_load((TOP / "workspace.yaml").read_text(encoding="utf-8"))
    location: dict[str, str] = workspace["load_from"][0]["python_module"]
    return location
