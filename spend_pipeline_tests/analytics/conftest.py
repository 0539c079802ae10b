"""Accounts to tell histories of."""

from collections.abc import Callable

import pytest

from spend_pipeline.integration import Integration
from spend_pipeline.store.database import Database
from spend_pipeline.store.vault import Vault
from spend_pipeline_tests.store import books
from spend_pipeline_tests.store.books import write

Open = Callable[..., list[Integration]]


@pytest.fixture
def accounts(database: Database, vault: Vault) -> Open:
    """Integrations of one client, by its name and their providers."""

    def opened(client: str, *providers: str) -> list[Integration]:
        added = books.add_client(database, vault, *((name, {"api_key": "any"}) for name in providers), name=client)
        return [
            books.integration(added.client.id, number, name) for number, name in zip(added.ids, providers, strict=True)
        ]

    return opened


@pytest.fixture
def account(accounts: Open) -> Integration:
    (only,) = accounts("acme", "openrouter")
    return only


@pytest.fixture
def partitioned(database: Database) -> Database:
    for month in ("2026-09-01", "2026-10-01"):
        write(database, "select ensure_spend_snapshots_partition(cast(:month as timestamptz))", month=month)
    return database
