"""The stations of a sync over the test's own database, against the sandbox."""

from collections.abc import Callable, Iterator

import pytest

from spend_pipeline.sandbox.server import Sandbox
from spend_pipeline.store.database import Database
from spend_pipeline.store.vault import Vault
from spend_pipeline.syncing import Syncing
from spend_pipeline_tests.store import books
from spend_pipeline_tests.store.books import Account, Added

Add = Callable[..., Added]


@pytest.fixture
def add(database: Database, vault: Vault) -> Add:
    """Adds a client with integrations."""

    def added(*accounts: Account, name: str = "") -> Added:
        return books.add_client(database, vault, *accounts, name=name)

    return added


@pytest.fixture
def stations(database: Database, vault: Vault, shared_sandbox: Sandbox) -> Syncing:
    return books.stations(database, vault, shared_sandbox)


@pytest.fixture
def empty_database(template_url: str) -> Iterator[Database]:
    """A database as a server makes it: not migrated."""
    with books.new_database(template_url, empty=True) as database:
        yield database
