"""What the tests of the store, the endpoint and the command line put into a database, and how they look into it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from itertools import count
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import RowMapping, create_engine, make_url, text

from spend_pipeline.fan_out import Limits
from spend_pipeline.integration import Integration
from spend_pipeline.money import Money
from spend_pipeline.outbound.client import Client
from spend_pipeline.providers import PROVIDERS
from spend_pipeline.reading import Reader
from spend_pipeline.sandbox.server import Sandbox
from spend_pipeline.snapshot import Basis, Figure, Snapshot, Status
from spend_pipeline.store import billing, clients, heartbeats, integrations, requests, snapshots, syncs
from spend_pipeline.store.billing import NONE, PaidFigures
from spend_pipeline.store.database import Database
from spend_pipeline.store.vault import Vault
from spend_pipeline.syncing import Syncing, SyncRun, opener

Account = tuple[str, Mapping[str, str]]

# What the sandbox answers to these: everything, a part, nothing to ask, 401, and an outage.
OPENROUTER: Account = ("openrouter", {"api_key": "sandbox.management"})
PARTIAL: Account = ("openrouter", {"api_key": "sandbox.ordinary"})
GROQ: Account = ("groq", {"api_key": "gsk_any"})
CEREBRAS: Account = ("cerebras", {"api_key": "csk_any"})
WRONG_KEY: Account = ("fal_ai", {"api_key": "a-key-that-nobody-has"})
OUTAGE: Account = ("together", {"api_key": "sandbox.project.fault-status-503"})

_numbers = count(1)


@dataclass(frozen=True)
class Added:
    """A client, its token, and its integrations' ids in the order of the accounts."""

    client: clients.Client
    token: str
    ids: list[int]


def add_client(database: Database, vault: Vault, *accounts: Account, name: str = "") -> Added:
    client, token = clients.add(database, name or f"client {next(_numbers)}")
    ids = [integrations.add(database, vault, client, PROVIDERS[provider], given) for provider, given in accounts]
    return Added(client, token.text, ids)


def stations(
    database: Database, vault: Vault, sandbox: Sandbox, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
) -> Syncing:
    """The stations of a sync against the sandbox."""
    reader = Reader(Client(), PROVIDERS, opener(vault), Limits(seconds=5), sandbox.provider_urls)
    return Syncing(database, reader, clock=clock)


def run_sync(
    stations: Syncing, sync_id: UUID, providers: Sequence[str] = tuple(PROVIDERS), trigger: str = "cli"
) -> syncs.Sync:
    """Every station once."""
    sync = stations.take_snapshots(SyncRun(sync_id, f"run of {sync_id}", trigger, list(providers)))
    stations.settle_billing(sync_id)
    stations.settle_totals(sync_id)
    return sync


def figures(
    of: Integration, balance: str | None = None, today: str | None = None, month: str | None = None, **more: str
) -> Snapshot:
    """A reading that went well, in USD if no `currency` is given; with a `note` if one is."""
    currency = more.get("currency", "USD")

    def figure(amount: str | None) -> Figure | None:
        if amount is None:
            return None
        exact = Decimal(amount)
        return Figure(Money(exact, currency), Basis.REPORTED, exact if currency == "USD" else None)

    return Snapshot(of, Status.READ, figure(balance), figure(today), figure(month), note=more.get("note"))


def failed(of: Integration, error: str = "API key invalid or expired", kind: str = "refused") -> Snapshot:
    return Snapshot(of, Status.FAILED, error=error, error_kind=kind)


def integration(client_id: int, integration_id: int, provider: str = "openrouter") -> Integration:
    return Integration(integration_id, client_id, provider, "sealed")


def taken(database: Database, at: datetime, *readings: Snapshot, trigger: str = "cli") -> UUID:
    """A sync of that moment whose snapshots are these, not settled yet."""
    sync_id = uuid4()
    sync = syncs.begin(database, sync_id, trigger=trigger, run_id="run", provider_names=list(PROVIDERS), now=at)
    snapshots.append(database, sync, readings)
    return sync_id


def apply_billing(database: Database, sync_ids: Sequence[UUID], paid_figures: PaidFigures = NONE) -> None:
    """Brings the billing state up to these syncs, in a transaction of its own."""
    with database.transaction() as connection:
        billing.apply(connection, sync_ids, paid_figures)


def claim(database: Database, sync_id: UUID) -> list[str] | None:
    """Claims what is pending, as a listener of its own."""
    return requests.claim(database, sync_id, heartbeats.begin_turn(database, f"listener {uuid4()}"))


def read(database: Database, sql: str, **parameters: Any) -> list[RowMapping]:
    with database.transaction() as connection:
        return list(connection.execute(text(sql), parameters).mappings())


def scalar(database: Database, sql: str, **parameters: Any) -> Any:
    """The first column of the only row."""
    (row,) = read(database, sql, **parameters)
    return next(iter(row.values()))


def write(database: Database, sql: str, **parameters: Any) -> None:
    with database.transaction() as connection:
        connection.execute(text(sql), parameters)


@contextmanager
def new_database(template_url: str, *, empty: bool = False) -> Iterator[Database]:
    """A database that ends with the block: migrated, or as a server makes it."""
    url = make_url(template_url)
    name = f"books_{uuid4().hex[:12]}"
    admin = create_engine(url.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        template = "template1" if empty else url.database
        connection.execute(text(f'create database "{name}" template "{template}"'))
    database = Database(url.set(database=name).render_as_string(hide_password=False))
    try:
        yield database
    finally:
        database.dispose()
        with admin.connect() as connection:
            connection.execute(text(f'drop database "{name}" with (force)'))
        admin.dispose()
