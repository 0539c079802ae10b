"""Credentials under another key: opened and sealed anew in batches, each a transaction, so that a kill loses no row."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlalchemy import RowMapping

from spend_pipeline.errors import NotConfigured
from spend_pipeline.outbound.ask import Credentials
from spend_pipeline.store.database import Database, statement
from spend_pipeline.store.vault import Vault

BATCH = 100


@dataclass
class Resealed:
    """How many credentials were sealed anew, and what is wrong with those, by integration, that stay as they are."""

    moved: int = 0
    unreadable: dict[int, str] = field(default_factory=dict)


@contextmanager
def alone(database: Database) -> Iterator[None]:
    """Two who rotate at once would each make a key."""
    with database.session() as connection:
        connection.execute(statement("rotate_alone"))
        yield


def keys_in_use(database: Database) -> dict[str, int]:
    """How many credentials are sealed under each key, by its id."""
    return {found["key_id"]: found["integrations"] for found in database.rows("keys_in_use")}


def reseal(database: Database, vault: Vault) -> Resealed:
    """Seals what is under another key under the vault's first; what cannot be opened is left as it is.

    Can be stopped at any moment and begun again: what was moved is under the first key, and is not looked at.
    """
    outcome = Resealed()
    for batch in _batches(database, but_under=vault.first):
        opened = _opened(vault, batch, outcome.unreadable)
        resealed = [
            {
                "id": found["id"],
                "opened": found["credentials"],
                "credentials": vault.seal(plain, client_id=found["client_id"], integration_id=found["id"]),
            }
            for found, plain in opened
        ]
        outcome.moved += len(database.rows("reseal_credentials", {"resealed": json.dumps(resealed)}))
    return outcome


def check(database: Database, vault: Vault) -> dict[int, str]:
    """Opens every credential; what is wrong with those, by integration, that cannot be."""
    unreadable: dict[int, str] = {}
    for batch in _batches(database, but_under=None):
        _opened(vault, batch, unreadable)
    return unreadable


def _batches(database: Database, but_under: str | None) -> Iterator[list[RowMapping]]:
    after = 0
    while batch := database.rows("sealed_credentials", {"after": after, "but_under": but_under, "at_most": BATCH}):
        yield batch
        after = batch[-1]["id"]


def _opened(vault: Vault, batch: list[RowMapping], unreadable: dict[int, str]) -> list[tuple[RowMapping, Credentials]]:
    opened = []
    for found in batch:
        try:
            plain = vault.open(found["credentials"], client_id=found["client_id"], integration_id=found["id"])
        except NotConfigured as error:
            unreadable[found["id"]] = str(error)
        else:
            opened.append((found, plain))
    return opened
