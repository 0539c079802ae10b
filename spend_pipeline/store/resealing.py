"""Secrets under another key: opened and sealed anew in batches, each a transaction, so that a kill loses no row."""

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


@dataclass(frozen=True)
class Under:
    """How many secrets are sealed under a key: integrations' credentials, and channels' addresses."""

    integrations: int = 0
    channels: int = 0


@dataclass(frozen=True)
class Kind:
    """A table with sealed rows: the statements that list and replace them, and how one is opened and sealed."""

    listing: str
    replacing: str

    def open(self, vault: Vault, found: RowMapping) -> Credentials:
        return vault.open(found["sealed"], client_id=found["client_id"], integration_id=found["id"])

    def seal(self, vault: Vault, found: RowMapping, plain: Credentials) -> str:
        return vault.seal(plain, client_id=found["client_id"], integration_id=found["id"])


class OfChannels(Kind):
    """The addresses of channels."""

    def open(self, vault: Vault, found: RowMapping) -> Credentials:
        return vault.open_channel(found["sealed"], client_id=found["client_id"], channel_id=found["id"])

    def seal(self, vault: Vault, found: RowMapping, plain: Credentials) -> str:
        return vault.seal_channel(plain, client_id=found["client_id"], channel_id=found["id"])


CREDENTIALS = Kind("sealed_credentials", "reseal_credentials")
CHANNELS = OfChannels("sealed_channels", "reseal_channels")
KINDS = (CREDENTIALS, CHANNELS)


@dataclass
class Unreadable:
    """What is wrong with the secrets, by integration and by channel, that cannot be opened."""

    integrations: dict[int, str] = field(default_factory=dict)
    channels: dict[int, str] = field(default_factory=dict)

    def of(self, kind: Kind) -> dict[int, str]:
        return self.channels if kind is CHANNELS else self.integrations


@dataclass
class Resealed:
    """How many secrets were sealed anew, and what is wrong with those that stay as they are."""

    moved: int = 0
    unreadable: Unreadable = field(default_factory=Unreadable)


@contextmanager
def alone(database: Database) -> Iterator[None]:
    """Two who rotate at once would each make a key."""
    with database.session() as connection:
        connection.execute(statement("rotate_alone"))
        yield


def keys_in_use(database: Database) -> dict[str, Under]:
    """How many secrets are sealed under each key, by its id."""
    return {found["key_id"]: Under(found["integrations"], found["channels"]) for found in database.rows("keys_in_use")}


def reseal(database: Database, vault: Vault) -> Resealed:
    """Seals what is under another key under the vault's first; what cannot be opened is left as it is.

    Can be stopped at any moment and begun again: what was moved is under the first key, and is not looked at.
    """
    outcome = Resealed()
    for kind in KINDS:
        for batch in _batches(database, kind, but_under=vault.first):
            resealed = [
                {"id": found["id"], "opened": found["sealed"], "sealed": kind.seal(vault, found, plain)}
                for found, plain in _opened(vault, kind, batch, outcome.unreadable)
            ]
            outcome.moved += len(database.rows(kind.replacing, {"resealed": json.dumps(resealed)}))
    return outcome


def check(database: Database, vault: Vault) -> Unreadable:
    """Opens every secret; what is wrong with those that cannot be."""
    unreadable = Unreadable()
    for kind in KINDS:
        for batch in _batches(database, kind, but_under=None):
            _opened(vault, kind, batch, unreadable)
    return unreadable


def _batches(database: Database, kind: Kind, but_under: str | None) -> Iterator[list[RowMapping]]:
    after = 0
    while batch := database.rows(kind.listing, {"after": after, "but_under": but_under, "at_most": BATCH}):
        yield batch
        after = batch[-1]["id"]


def _opened(
    vault: Vault, kind: Kind, batch: list[RowMapping], unreadable: Unreadable
) -> list[tuple[RowMapping, Credentials]]:
    opened = []
    for found in batch:
        try:
            plain = kind.open(vault, found)
        except NotConfigured as error:
            unreadable.of(kind)[found["id"]] = str(error)
        else:
            opened.append((found, plain))
    return opened
