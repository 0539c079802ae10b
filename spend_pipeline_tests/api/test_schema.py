"""The documentation holds: whatever it allows is answered as it promises, and whatever it does not is refused."""

import re
import subprocess
import sys
from pathlib import Path

import requests

from spend_pipeline.house import TOP
from spend_pipeline_tests.api.endpoint import Caller, Endpoint
from spend_pipeline_tests.store.books import CEREBRAS, GROQ, OPENROUTER

COMMAND = (sys.executable, "-c", "from schemathesis.cli import schemathesis; schemathesis()", "--config-file")
# A schema cannot say which credentials a provider takes, or that a range starts before it ends.
CONFIG = """
[checks.positive_data_acceptance]
expected-statuses = ["2xx", "3xx", "401", "403", "404", "409", "422", "429"]
"""


def test_whatever_the_documentation_allows_is_answered_as_it_promises(endpoint: Endpoint, tmp_path: Path) -> None:
    """Over real sockets, as a client with a token; every check is on, and nothing is answered with a 5xx."""
    caller: Caller = endpoint.add(GROQ, OPENROUTER, CEREBRAS)
    config = tmp_path / "schemathesis.toml"
    config.write_text(CONFIG)
    options = ("--max-examples", "12", "--generation-deterministic", "--workers", "2", "--no-color", "--checks", "all")
    token = ("--header", f"Authorization: Bearer {caller.added.token}")
    ran = subprocess.run(
        [*COMMAND, str(config), "run", f"{endpoint.url}/openapi.json", *token, *options],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_the_api_page_lists_the_routes_that_there_are(endpoint: Endpoint) -> None:
    """Each as a heading of its own, none that is not there."""
    paths = requests.get(f"{endpoint.url}/openapi.json", timeout=10).json()["paths"]
    there = {f"{method.upper()} {path}" for path, operations in paths.items() for method in operations}
    page = (TOP / "docs" / "api.md").read_text(encoding="utf-8")
    headings = re.findall(r"^##+ (.*)$", page, re.MULTILINE)
    assert {route for heading in headings for route in re.findall(r"`([A-Z]+ /[^`]*)`", heading)} == there
