"""A running endpoint: the real app on a real socket over a real database, and what stands in for the sensor."""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import requests
from fastapi import FastAPI

from spend_pipeline.api.app import create_app
from spend_pipeline.api.server import EndpointServer, config
from spend_pipeline.api.strangers import Strangers
from spend_pipeline.providers import PROVIDERS
from spend_pipeline.settings import Settings
from spend_pipeline.store import heartbeats
from spend_pipeline.store import requests as sync_requests
from spend_pipeline.store.database import Database
from spend_pipeline.store.vault import Vault
from spend_pipeline.syncing import Syncing, SyncRun
from spend_pipeline_tests.store.books import Account, Added, add_client, scalar, write

PATH = "/api/v1/integrations/sync-billing"


@dataclass(frozen=True)
class Caller:
    """A client at the endpoint."""

    url: str
    added: Added

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.added.token}"}

    def post(self, query: str = "", headers: Mapping[str, str] | None = None, **more: Any) -> requests.Response:
        return requests.post(
            f"{self.url}{PATH}{query}", headers={**self.headers, **(headers or {})}, timeout=30, **more
        )

    def get(self, path: str) -> requests.Response:
        return requests.get(f"{self.url}{path}", headers=self.headers, timeout=30)

    def answer(self, location: str) -> requests.Response:
        """What the request's route answers once its sync does not run any more."""
        until(lambda: self.get(location).status_code != 202)
        return self.get(location)


@dataclass
class Orchestrator:
    """Stands in for Dagster's sensor: beats, claims what is pending and runs the stations, in a thread."""

    stations: Syncing
    turn: heartbeats.Turn = field(init=False)
    _free: threading.Event = field(default_factory=threading.Event)
    _stopping: threading.Event = field(default_factory=threading.Event)
    _idle: threading.Lock = field(default_factory=threading.Lock)

    def beat(self) -> None:
        self.turn = heartbeats.begin_turn(self.stations.database, "manual_sync")

    @contextmanager
    def at_work(self) -> Iterator[None]:
        self.beat()
        self._free.set()
        thread = threading.Thread(target=self._work, daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._stopping.set()
            thread.join(5)

    @contextmanager
    def holding(self) -> Iterator[None]:
        """Lets requests wait; it still counts as listening."""
        self._free.clear()
        with self._idle:  # it has finished what it had begun
            pass
        self.beat()
        try:
            yield
        finally:
            self._free.set()

    def run(self, sync_id: UUID, providers: list[str]) -> None:
        self.stations.take_snapshots(SyncRun(sync_id, "run", "manual", providers or list(PROVIDERS)))
        self.stations.settle_billing(sync_id)
        self.stations.settle_totals(sync_id)

    def _work(self) -> None:
        with self.stations.database.notifications("sync_requested") as notifications:
            while not self._stopping.is_set():
                notifications.wait(0.05)
                with self._idle:
                    if not self._free.is_set():
                        continue
                    self.beat()
                    sync_id = uuid4()
                    providers = sync_requests.claim(self.stations.database, sync_id, self.turn)
                    if providers is not None:
                        self.run(sync_id, providers)


@dataclass(frozen=True)
class Endpoint:
    """Where it listens, and what is behind it."""

    url: str
    app: Any
    database: Database
    vault: Vault
    orchestrator: Orchestrator

    def add(self, *accounts: Account) -> Caller:
        """A client that has not asked for anything yet."""
        return Caller(self.url, add_client(self.database, self.vault, *accounts))

    def free_the_minute(self, caller: Caller) -> None:
        write(self.database, "update clients set manual_sync_at = null where id = :id", id=caller.added.client.id)

    def asked(self, caller: Caller) -> int:
        """How many of its requests were queued."""
        counted = "select count(*) from sync_requests where client_id = :id"
        return int(scalar(self.database, counted, id=caller.added.client.id))

    def raw(self, request: bytes) -> tuple[int, dict[str, str], bytes]:
        """What is answered to these very bytes: status, headers in lower case, and the body until it is complete."""
        host, port = self.url.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port)), timeout=10) as connection:
            connection.sendall(request)
            answer = b""
            while not _is_complete(answer) and (part := connection.recv(65536)):
                answer += part
        head, _, body = answer.partition(b"\r\n\r\n")
        status, *lines = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
        return int(status.split()[1]), headers, body


def _is_complete(answer: bytes) -> bool:
    head, end, body = answer.partition(b"\r\n\r\n")
    lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    return bool(end and lengths and len(body) >= int(lengths[0].split(b":")[1]))


@contextmanager
def serving(settings: Settings, database: Database) -> Iterator[tuple[str, Any]]:
    """The app on a free port, served as `spend up` serves it: its URL and itself."""
    app = create_app(settings, database)
    app.state.strangers = Strangers(per_minute=100_000)  # all tests come from one address
    with serving_app(app, settings) as url:
        yield url, app


@contextmanager
def serving_app(app: FastAPI, settings: Settings) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0), backlog=1024) as listener:
        server = EndpointServer(config(app, settings), app)
        thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        until(lambda: server.started)
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            server.force_exit = True
            thread.join(10)


def until(true: Callable[[], bool], seconds: float = 15) -> None:
    """Returns as soon as it is true; fails when it is not in time."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)


def error_of(response: requests.Response) -> str:
    """The sentence of an answer that is not 2xx, in the one shape that all have."""
    body = json.loads(response.text)
    assert list(body) == ["success", "error"]
    assert body["success"] is False
    assert response.headers["content-type"] == "application/json"
    sentence: str = body["error"]
    assert sentence
    return sentence
