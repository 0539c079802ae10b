"""The server as such: its index, its example credentials, and how it starts and stops."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import requests

import spend_pipeline.sandbox
from spend_pipeline.sandbox.keys import FAULT_WORDS
from spend_pipeline.sandbox.server import Sandbox, running
from spend_pipeline.sandbox.vendors import VENDORS
from spend_pipeline_tests.sandbox.conftest import Ask
from spend_pipeline_tests.sandbox.readers import google_token

SERVE = "from spend_pipeline.sandbox.server import serve; serve('127.0.0.1', 0, lambda s: print(s.url, flush=True))"


def test_the_index_tells_all_one_needs(sandbox: Sandbox) -> None:
    """GET / names every provider, its base URL, its example credentials, and the fault words."""
    index = requests.get(sandbox.url, timeout=5).json()
    assert list(index["providers"]) == [vendor.name for vendor in VENDORS]
    assert {name: each["base_url"] for name, each in index["providers"].items()} == sandbox.provider_urls
    assert {name: each["credentials"] for name, each in index["providers"].items()} == sandbox.credentials
    assert index["faults"] == FAULT_WORDS


def test_example_credentials_work(sandbox: Sandbox, ask: Ask) -> None:
    """The first example key of each provider is known to it, and the service account gets a token."""
    paths = {"openrouter": "/api/v1/key", "mistral": "/v1/admin/usage", "fal_ai": "/v1/account/billing"}
    for provider, path in {**paths, "together": "/v1/whoami"}.items():
        first = next(iter(sandbox.credentials[provider].values()))
        assert ask(provider, path, first["api_key"]).status_code == 200
    account = sandbox.credentials["google_ai"]["service_account"]["service_account"]
    assert google_token(ask, account).status_code == 200
    assert json.loads(account)["token_uri"] == f"{sandbox.url}/google_ai/token"


def test_the_sandbox_shares_no_code_with_what_it_tests() -> None:
    """No file of the sandbox imports anything of the project from outside, so no misread unit is mirrored."""
    for file in Path(spend_pipeline.sandbox.__file__).parent.rglob("*.py"):
        imported = re.findall(r"^\s*(?:from|import) (spend_pipeline\S*)", file.read_text(), re.MULTILINE)
        assert all(module.startswith("spend_pipeline.sandbox.") for module in imported), file


def test_two_sandboxes_run_side_by_side_and_leave_their_ports(sandbox: Sandbox) -> None:
    """A second server has its own port and log, and its port is free again after the block."""
    with running() as second:
        requests.get(f"{second.provider_urls['groq']}/x", timeout=5)
        assert (len(second.requests), len(sandbox.requests)) == (1, 0)
    port = int(second.url.rpartition(":")[2])
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0


def test_a_taken_port_is_an_error(sandbox: Sandbox) -> None:
    """Serving on a port that is in use fails at once."""
    with pytest.raises(OSError, match=re.escape("in use")), running(port=int(sandbox.url.rpartition(":")[2])):
        pass


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_serve_stops_cleanly_on_a_signal(number: signal.Signals) -> None:
    """The blocking server says where it is, and ends with 0 when told to stop."""
    command = [sys.executable, "-c", SERVE]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        assert requests.get(url, timeout=5).status_code == 200
        os.kill(process.pid, number)
        _, complaints = process.communicate(timeout=5)
    assert (process.returncode, complaints) == (0, "")
