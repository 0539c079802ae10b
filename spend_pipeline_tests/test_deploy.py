"""The files of `deploy/`: what they start, ask and set is there in the product, under the same names."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml
from dagster._cli import create_dagster_cli
from dagster._daemon.cli import create_dagster_daemon_cli

from spend_pipeline.api.app import create_app
from spend_pipeline.cli import app
from spend_pipeline.cli.serve import PORTS
from spend_pipeline.house import TOP
from spend_pipeline.settings import Settings, load, variable
from spend_pipeline.store.database import Database
from spend_pipeline.up import house

DEPLOY = TOP / "deploy"
DOCKERFILE = (DEPLOY / "Dockerfile").read_text("utf-8")
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
MANIFESTS = [
    each
    for file in sorted((DEPLOY / "kubernetes").glob("*.yaml"))
    for each in yaml.safe_load_all(file.read_text("utf-8"))
]
OURS = {name: service for name, service in COMPOSE["services"].items() if service["image"] == "spend-pipeline"}
PODS = {each["metadata"]["name"]: each["spec"]["template"]["spec"] for each in MANIFESTS if "template" in each["spec"]}
CONTAINERS = {name: pod["containers"][0] for name, pod in PODS.items()}
ALL = sorted(file for file in DEPLOY.rglob("*") if file.is_file())
TOOLS = {"dagster": create_dagster_cli, "dagster-daemon": create_dagster_daemon_cli}


def parse(command: Any, words: list[str]) -> Any:
    """The context of a command line, down to its last subcommand. Raises what the command would refuse it with."""
    while getattr(command, "commands", None) is not None:
        assert words[0] in command.commands, words
        command, words = command.commands[words[0]], words[1:]
    return command.make_context(words[0] if words else "", list(words))


def started() -> Iterator[tuple[str, list[str]]]:
    yield "Dockerfile", re.findall(r'"([^"]+)"', re.findall(r"^CMD (.+)$", DOCKERFILE, re.MULTILINE)[-1])
    yield from ((f"compose {name}", service["command"]) for name, service in OURS.items() if "command" in service)
    yield from ((f"kubernetes {name}", container["args"]) for name, container in CONTAINERS.items())


def probes() -> Iterator[dict[str, Any]]:
    for container in CONTAINERS.values():
        yield from (container[kind] for kind in ("livenessProbe", "readinessProbe") if kind in container)


@pytest.mark.parametrize(("where", "words"), started())
def test_what_a_container_starts_is_a_command(where: str, words: list[str]) -> None:
    """With every option it is given, listening on the port that is published."""
    context = parse(typer.main.get_command(app), words)
    port = PORTS.get(context.params.get("part"))
    container = CONTAINERS.get(where.removeprefix("kubernetes "), {})
    assert [each["containerPort"] for each in container.get("ports", [])] in ([], [port])
    for published in OURS.get(where.removeprefix("compose "), {}).get("ports", []):
        assert published == f"127.0.0.1:{port}:{port}"


def test_every_setting_is_one() -> None:
    """And the container's home is the one that Dagster's own commands are told."""
    known = {variable(name) for name in Settings.model_fields}
    for file in ALL:
        assert set(re.findall(r"\bSPEND_[A-Z_]+\b", file.read_text("utf-8"))) <= known, file
    assert re.search(r"SPEND_HOME=(\S+)", DOCKERFILE)[1] + "/dagster" == re.search(r"DAGSTER_HOME=(\S+)", DOCKERFILE)[1]  # type: ignore[index]


def test_what_health_is_asked_of_answers(database: Database) -> None:
    """Every route, and every command of Dagster's."""
    routes = set(create_app(load(), database).openapi()["paths"]) | {"/healthz"}
    asked = re.findall(r"http://[\w.]+:\d+(/\w+)", DOCKERFILE + (DEPLOY / "compose.yaml").read_text("utf-8"))
    asked += [probe["httpGet"]["path"] for probe in probes() if "httpGet" in probe]
    assert set(asked) == {"/healthz", "/readyz", "/server_info"}
    assert {"/healthz", "/readyz"} <= routes
    assert "/server_info" in Path(str(house.__file__)).read_text("utf-8")
    commands = [probe["exec"]["command"] for probe in probes() if "exec" in probe]
    commands += [
        service["healthcheck"]["test"][1:] for service in OURS.values() if "test" in service.get("healthcheck", {})
    ]
    for tool, *words in commands:
        if tool in TOOLS:
            parse(TOOLS[tool](), words)
        else:
            assert tool == "python"


def test_the_image_is_made_of_what_is_there() -> None:
    """Files, the versions of constraints.txt, an extra that the package has; and it does not run as root."""
    sources = [word for line in re.findall(r"^COPY (?!--)(.+) \S+$", DOCKERFILE, re.MULTILINE) for word in line.split()]
    let_in = re.findall(r"^!(.+)$", (TOP / ".dockerignore").read_text("utf-8"), re.MULTILINE)
    assert sorted(sources) == sorted(let_in)
    assert all((TOP / source).exists() for source in sources)
    assert "--constraint constraints.txt" in DOCKERFILE
    extras = tomllib.loads((TOP / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    assert set(re.findall(r"'\.\[(\w+)\]'", DOCKERFILE)) == {"distributed"} <= set(extras)
    assert re.search(r"^USER 10001$", DOCKERFILE, re.MULTILINE)
    for pod in PODS.values():
        assert (pod["securityContext"]["runAsNonRoot"], pod["securityContext"]["runAsUser"]) == (True, 10001)


def test_parts_find_each_other() -> None:
    """By the names of services that are there, and nothing is drawn from a registry of one's own."""
    services = {each["metadata"]["name"] for each in MANIFESTS if each["kind"] == "Service"} | set(COMPOSE["services"])
    for _, words in started():
        if "--code-server" in words:
            assert words[words.index("--code-server") + 1].split(":")[0] in services
    images = [container["image"] for container in CONTAINERS.values()]
    images += [service["image"] for service in COMPOSE["services"].values()]
    images += re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)
    assert all("/" not in image for image in images)
