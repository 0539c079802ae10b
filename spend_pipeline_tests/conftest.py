"""What most tests stand on: a real PostgreSQL with a fresh, migrated database each, a sandbox, a vault."""

import os
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

from spend_pipeline.embedded import embedded
from spend_pipeline.sandbox.server import Sandbox, running
from spend_pipeline.store.database import Database
from spend_pipeline.store.migrations import upgrade
from spend_pipeline.store.vault import Vault

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
_numbers = count(1)

# The definitions read the catalog when they are imported, by the test modules: not a developer's own.
for _name in [_name for _name in os.environ if _name.startswith("SPEND_")]:
    del os.environ[_name]
os.environ["SPEND_HOME"] = "/nonexistent/home"


def pytest_addoption(parser: pytest.Parser) -> None:
    """What `make chaos` asks for; without it, as much of the same as fits into a run of all tests."""
    parser.addoption("--every-stage", action="store_true", help="kill each part at each stage of a sync")
    parser.addoption("--kills", type=int, default=5, help="how many parts to kill at random moments")
    parser.addoption("--seed", type=int, default=1, help="which random moments")


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """A developer's own SPEND_ variables never reach a test."""
    for name in [name for name in os.environ if name.startswith("SPEND_")]:
        monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def template_url() -> Iterator[str]:
    """A migrated database that each test's own is copied from, in a server that lives as long as the session.

    Not in pytest's own folder: another session closes that to the user whom PostgreSQL runs as where we are root.
    """
    with tempfile.TemporaryDirectory(prefix="spend-tests-") as home, embedded(Path(home)) as (_, url):
        database = Database(url)
        upgrade(database)
        database.dispose()
        yield url


@pytest.fixture
def database(template_url: str) -> Iterator[Database]:
    """A fresh, migrated, empty database."""
    name = f"test_{os.getpid()}_{next(_numbers)}"
    admin = create_engine(make_url(template_url).set(database="postgres"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f'create database "{name}" template "{make_url(template_url).database}"'))
    fresh = Database(make_url(template_url).set(database=name).render_as_string(hide_password=False))
    yield fresh
    fresh.dispose()
    with admin.connect() as connection:
        connection.execute(text(f'drop database "{name}" with (force)'))
    admin.dispose()


@pytest.fixture
def vault() -> Vault:
    return Vault({"testkey1": b"0" * 32})


@pytest.fixture(scope="session")
def shared_sandbox() -> Iterator[Sandbox]:
    """The providers' sandbox on a real socket, for tests that do not look at what it recorded."""
    with running() as sandbox:
        yield sandbox


@pytest.fixture
def noon() -> datetime:
    return NOON
