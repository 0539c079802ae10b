"""Thirty-nine providers that are well and any number that can be made to fail, each an integration in PostgreSQL."""

import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import RowMapping

from spend_pipeline.answer import answer
from spend_pipeline.fan_out import Limits
from spend_pipeline.integration import Integration
from spend_pipeline.money import Money
from spend_pipeline.outbound.ask import Ask, Conversation, Credentials, Figures
from spend_pipeline.outbound.client import Client
from spend_pipeline.period import Period
from spend_pipeline.reading import Reader
from spend_pipeline.store import snapshots
from spend_pipeline.store.clients import add as add_client
from spend_pipeline.store.database import Database
from spend_pipeline.store.integrations import add as add_integration
from spend_pipeline.store.vault import Vault
from spend_pipeline.syncing import Syncing
from spend_pipeline_tests.conftest import NOON
from spend_pipeline_tests.outbound.asking import KEY, speaking
from spend_pipeline_tests.outbound.fault_server import Exchange, Script, faulty, figures
from spend_pipeline_tests.store.books import read, run_sync

DEADLINE = 5.0
SPARE = 5.0  # what a sync of any number may take beyond the deadline of one
WELL = 39
TABLES = "select relname as name from pg_class where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace"
FIGURES = ("balance", "usage_today", "usage_month")


def talk(credentials: Credentials, period: Period) -> Conversation:
    """One request, three figures; spend cannot be negative."""
    (page,) = yield Ask("/figures")
    return Figures(Money.whole(page["balance"]), Money.spent(page["today"]), Money.spent(page["month"]))


@dataclass
class Vendors:
    """All the providers' servers in one: who asks is told by the key, and each key counts its own requests."""

    names: Sequence[str]
    failing: Mapping[str, Script] = field(default_factory=dict)
    balance: str = "12.50"
    asked: Counter[str] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, exchange: Exchange) -> None:
        name = self.names[int(exchange.headers["authorization"].removeprefix(f"Bearer {KEY}-"))]
        with self._lock:
            self.asked[name] += 1
            own = replace(exchange, number=self.asked[name])
        script = self.failing.get(name)
        if script is None:
            own.answer(figures(self.balance))
        else:
            script(own)
        exchange.closed = own.closed


@dataclass
class Forty:
    """The integrations by their provider's name, and the stations of a sync over them."""

    database: Database
    stations: Syncing
    vendors: Vendors
    urls: dict[str, str]
    server_url: str
    ids: dict[str, int]
    moment: datetime = NOON

    def sync(self) -> tuple[dict[str, Any], float]:
        """A sync four hours after the last: what the endpoint would answer, and the seconds it took."""
        self.moment += timedelta(hours=4)
        self.vendors.asked.clear()
        started = time.monotonic()
        sync = run_sync(self.stations, uuid4(), list(self.ids))
        seconds = time.monotonic() - started
        return answer(snapshots.answer_rows(self.database, sync.id)), seconds

    def recover(self, balance: str) -> None:
        """Every provider is well again, and has another balance."""
        self.vendors.failing, self.vendors.balance = {}, balance
        self.urls.update(dict.fromkeys(self.urls, self.server_url))

    def states(self) -> dict[str, RowMapping]:
        """The integrations' billing state by provider."""
        return {row["provider_name"]: row for row in read(self.database, "select * from integrations")}

    def latest(self) -> dict[str, RowMapping]:
        """The newest snapshot by provider."""
        newest = "select * from spend_snapshots where synced_at = :at"
        return {row["provider_name"]: row for row in read(self.database, newest, at=self.moment)}

    def written(self) -> str:
        """Every row of every table, as text."""
        tables = [row["name"] for row in read(self.database, TABLES)]
        assert "spend_snapshots" in tables
        return "".join(
            row["text"] for name in tables for row in read(self.database, f"select each::text as text from {name} each")
        )


@contextmanager
def forty(database: Database, vault: Vault, failing: list[str], client: Client | None = None) -> Iterator[Forty]:
    """A client whose integrations are these that can fail, among thirty-nine that cannot."""
    names = [f"well {number}" for number in range(WELL)]
    names[20:20] = failing
    vendors = Vendors(names)
    with faulty(vendors) as server:
        urls = dict.fromkeys(names, server.url)
        providers = {name: speaking(talk, name) for name in names}

        def opened(integration: Integration) -> Credentials:
            given = {"client_id": integration.client_id, "integration_id": integration.id}
            return vault.open(integration.sealed, **given)

        reader = Reader(client or Client(), providers, opened, Limits(seconds=DEADLINE), urls)
        owner, _ = add_client(database, "acme")
        ids = {
            name: add_integration(database, vault, owner, providers[name], {"api_key": f"{KEY}-{number}"})
            for number, name in enumerate(names)
        }
        stations = Syncing(database, reader)
        made = Forty(database, stations, vendors, urls, server.url, ids)
        stations.clock = lambda: made.moment
        yield made
