"""One endpoint for all: each test adds clients of its own, which have a minute of their own."""

from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from spend_pipeline.sandbox.server import Sandbox
from spend_pipeline.settings import Settings
from spend_pipeline.store.database import Database
from spend_pipeline.store.vault import ring
from spend_pipeline_tests.api.endpoint import Endpoint, Orchestrator, serving
from spend_pipeline_tests.api.resource import Resource, resource
from spend_pipeline_tests.store import books

SECRET_KEY = b64encode(b"0" * 32).decode()
KEYS = ring(SECRET_KEY)


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory, shared_sandbox: Sandbox) -> Settings:
    home, urls = tmp_path_factory.mktemp("home"), shared_sandbox.provider_urls
    return Settings(home=home, secret_key=SecretStr(SECRET_KEY), provider_urls=urls)


@pytest.fixture(scope="session")
def endpoint(template_url: str, shared_sandbox: Sandbox, settings: Settings) -> Iterator[Endpoint]:
    with books.new_database(template_url) as database:
        own = Database(database.url)
        orchestrator = Orchestrator(books.stations(own, KEYS, shared_sandbox))
        with orchestrator.at_work(), serving(settings, Database(database.url, connections=10)) as (url, app):
            yield Endpoint(url, app, database, KEYS, orchestrator)
        own.dispose()


@pytest.fixture
def patience(endpoint: Endpoint, settings: Settings) -> Iterator[float]:
    """How long the endpoint waits for a sync in this test, in seconds."""
    endpoint.app.state.settings = settings.model_copy(update={"sync_wait_seconds": 0.2})
    yield 0.2
    endpoint.app.state.settings = settings


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path)


@pytest.fixture
def mine(endpoint: Endpoint) -> Resource:
    """A client with integrations of which one has no billing API, one is read, and one has a wrong key."""
    return resource(endpoint, books.GROQ, books.OPENROUTER, books.WRONG_KEY)
