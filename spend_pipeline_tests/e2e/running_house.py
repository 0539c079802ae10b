"""A `spend up` in a subprocess, and what a test asks of it: posts, rows, GraphQL, the processes of its parts."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
from sqlalchemy import text

from spend_pipeline.providers import PROVIDERS
from spend_pipeline.sandbox.server import Sandbox
from spend_pipeline.store import clients, integrations
from spend_pipeline.store.database import Database
from spend_pipeline.store.vault import ring_in_file

SPEND = str(Path(sys.executable).parent / "spend")
PATH = "/api/v1/integrations/sync-billing"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class RunningHouse:
    """One home, its ports, and the process of `spend up`."""

    home: Path
    sandbox: Sandbox
    ui: bool = True
    api_port: int = field(default_factory=free_port)
    ui_port: int = field(default_factory=free_port)
    process: subprocess.Popen[str] | None = None
    _database: Database | None = None

    def start(self) -> None:
        words = [SPEND, "up", "--api-port", str(self.api_port)]
        words += ["--ui-port", str(self.ui_port)] if self.ui else ["--no-ui"]
        output = (self.home / "up.log").open("a")
        self.process = subprocess.Popen(words, env=self.environment(), stdout=output, stderr=output, text=True)
        self.until(self._is_ready, seconds=120)

    def stop(self) -> int:
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)

    def environment(self) -> dict[str, str]:
        urls = {"SPEND_PROVIDER_URLS": json.dumps(self.sandbox.provider_urls), "SPEND_FX_URL": self.sandbox.fx_url}
        return {**os.environ, "SPEND_HOME": str(self.home), "SPEND_SYNC_WAIT_SECONDS": "30", **urls}

    def spend(self, *words: str) -> str:
        """What a `spend` command prints."""
        done = subprocess.run([SPEND, *words], env=self.environment(), capture_output=True, text=True, check=True)
        return done.stdout

    def database(self) -> Database:
        """The house's own, wherever it is: it is asked once, since asking would start one that was killed."""
        if self._database is None:
            self._database = Database(self.spend("db", "url").strip())
        return self._database

    def add_client(self, name: str, *accounts: tuple[str, Mapping[str, str]]) -> tuple[str, list[int]]:
        """A client with integrations, by the store; its token and the integrations' ids."""
        database = self.database()
        client, token = clients.add(database, name)
        keys = ring_in_file(self.home / "secret.key", sealed_rows_exist=False)
        ids = [integrations.add(database, keys, client, PROVIDERS[provider], given) for provider, given in accounts]
        return token.text, ids

    def post(self, token: str, query: str = "", headers: Mapping[str, str] | None = None) -> tuple[int, Any, Any]:
        """Status, headers and body of a sync over HTTP."""
        return self.ask("POST", PATH + query, {"Authorization": f"Bearer {token}", **(headers or {})})

    def ask(self, method: str, path: str, headers: Mapping[str, str]) -> tuple[int, Any, Any]:
        url = f"http://127.0.0.1:{self.api_port}{path}"
        request = urllib.request.Request(url, method=method, headers=dict(headers))
        try:
            with urllib.request.urlopen(request, timeout=90) as response:
                return response.status, response.headers, json.load(response)
        except urllib.error.HTTPError as error:
            return error.code, error.headers, json.load(error)

    def graphql(self, query: str, variables: Mapping[str, object] | None = None) -> Any:
        """The data of a query to Dagster's webserver."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.ui_port}/graphql",
            data=json.dumps({"query": query, "variables": variables or {}}).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=30) as response:
            return json.load(response)["data"]

    def rows(self, query: str) -> list[dict[str, Any]]:
        with self.database().transaction() as connection:
            return [dict(row) for row in connection.execute(text(query)).mappings()]

    def free_the_minute(self) -> None:
        """As if a minute had gone by since the last manual sync."""
        self.rows("update clients set manual_sync_at = null returning id")

    def part(self, name: str) -> psutil.Process:
        """The process of a part; of `run`, the one that executes a Dagster run; of `postgres`, the postmaster."""
        assert self.process is not None
        if name == "postgres":
            return psutil.Process(int((self.home / "postgres" / "postmaster.pid").read_text().split("\n")[0]))
        children = psutil.Process(self.process.pid).children(recursive=True)
        if name == "run":
            return next(child for child in children if child.cmdline()[0].startswith("spend-pipeline run "))
        return next(child for child in children if child.cmdline()[1:5] == ["-P", "-m", "spend_pipeline.up.part", name])

    def until(self, true: Callable[[], bool], *, seconds: float) -> None:
        """Waits for something to become true; fails the test when it does not in time."""
        end = time.monotonic() + seconds
        while not true():
            assert time.monotonic() < end, f"{true} did not become true within {seconds} s"
            time.sleep(0.1)

    def _is_ready(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, "spend up ended"
        try:
            return self.ask("GET", "/readyz", {})[0] == 200
        except OSError:
            return False
