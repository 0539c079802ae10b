"""One part alone, as a container runs it: where the others are other hosts, and something else starts it again."""

from pathlib import Path

import yaml

from spend_pipeline.house import TOP
from spend_pipeline.up.parts import READ_ONLY, code_location

CODE_PORT = 4000


def arguments_alone(part: str, *, host: str, port: int, code_server: str, read_only: bool, folder: Path) -> list[str]:
    """What a part is started with. `code_server` is where the daemon and the UI find it, as host:port."""
    location = code_location()
    if part == "code-server":
        module = ["--module-name", location["module_name"], "--location-name", location["location_name"]]
        working = ["--working-directory", str((TOP / location["working_directory"]).resolve())]
        return ["api", "grpc", "--host", host, "--port", str(port), "--max-workers", "16", *module, *working]
    if part == "endpoint":
        return [host, str(port)]
    name, _, code_port = code_server.rpartition(":")
    server = {"host": name, "port": int(code_port), "location_name": location["location_name"]}
    workspace = folder / "workspace.yaml"
    workspace.write_text(yaml.safe_dump({"load_from": [{"grpc_server": server}]}), encoding="utf-8")
    if part == "daemon":
        return ["run", "--workspace", str(workspace)]
    return [host, str(port), str(workspace), *([READ_ONLY] if read_only else [])]
