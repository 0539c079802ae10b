"""A real instance on the test's own PostgreSQL, and the stations of a sync against the sandbox."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import dagster as dg
import pytest

from spend_pipeline.definitions import defs
from spend_pipeline.fan_out import Limits
from spend_pipeline.instance import environment
from spend_pipeline.orchestration.storage import _url
from spend_pipeline.outbound.client import Client
from spend_pipeline.providers import PROVIDERS
from spend_pipeline.reading import Reader
from spend_pipeline.sandbox.server import Sandbox
from spend_pipeline.settings import load
from spend_pipeline.store import clients, integrations
from spend_pipeline.store.database import Database
from spend_pipeline.store.vault import Vault
from spend_pipeline.syncing import Syncing, opener

AddClient = Callable[..., tuple[int, list[int]]]
RunJob = Callable[[Mapping[str, str]], dg.ExecuteInProcessResult]


@pytest.fixture
def instance(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dg.DagsterInstance]:
    """The shipped dagster.yaml, in force over the test's database."""
    monkeypatch.setenv("SPEND_HOME", str(tmp_path))
    monkeypatch.setenv("SPEND_DATABASE_URL", database.url)
    for name, value in environment(load(), database.url).items():
        monkeypatch.setenv(name, value)
    _url.cache_clear()
    with dg.DagsterInstance.get() as opened:
        yield opened
    _url.cache_clear()


@pytest.fixture
def stations(database: Database, vault: Vault, shared_sandbox: Sandbox) -> Syncing:
    reader = Reader(Client(), PROVIDERS, opener(vault), Limits(seconds=5), shared_sandbox.provider_urls)
    return Syncing(database, reader)


@pytest.fixture
def add_client(database: Database, vault: Vault) -> AddClient:
    """Adds a client with integrations: its id and theirs."""

    def add(name: str, *accounts: tuple[str, Mapping[str, str]]) -> tuple[int, list[int]]:
        client, _ = clients.add(database, name)
        ids = [integrations.add(database, vault, client, PROVIDERS[provider], given) for provider, given in accounts]
        return client.id, ids

    return add


@pytest.fixture
def run_job(instance: dg.DagsterInstance, stations: Syncing) -> RunJob:
    """Runs `sync_billing` under these tags, recorded in the instance."""

    def run(tags: Mapping[str, str]) -> dg.ExecuteInProcessResult:
        job = defs.resolve_job_def("sync_billing")
        return job.execute_in_process(instance=instance, tags=dict(tags), resources={"syncing": stations})

    return run
