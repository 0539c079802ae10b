"""A server on loopback that keeps what is sent to it, a mail server, and a messenger that may reach them."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest

from spend_pipeline.alerts import channel as channels
from spend_pipeline.alerts.delivery import Postman
from spend_pipeline.alerts.sending import Messenger, Told
from spend_pipeline.outbound.client import Client
from spend_pipeline.outbound.mail import Mailer
from spend_pipeline.outbound.reach import Reach
from spend_pipeline.store import channels as store
from spend_pipeline.store.database import Database
from spend_pipeline.store.vault import Vault
from spend_pipeline_tests.alerts.mailbox import Mailbox, mail_server
from spend_pipeline_tests.conftest import NOON
from spend_pipeline_tests.outbound.fault_server import Exchange, FaultServer, faulty
from spend_pipeline_tests.store import books
from spend_pipeline_tests.store.alerting import Watched
from spend_pipeline_tests.store.books import OPENROUTER, read

LABELS = {"openrouter": "OpenRouter"}
LOOPBACK = Reach.allowing(["127.0.0.1"])
SECONDS = 1.0  # that a channel may take in these tests


@dataclass
class Receiver:
    """What answers the deliveries, which a test may change, and where it is."""

    answer: Callable[[Exchange], None] = field(default=lambda exchange: exchange.answer(status="204 No Content"))
    server: FaultServer = field(init=False)

    def play(self, exchange: Exchange) -> None:
        self.answer(exchange)

    def url(self, path: str) -> str:
        return f"{self.server.url}{path}"

    def got(self) -> list[Exchange]:
        return self.server.requests


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    with faulty(receiver.play) as receiver.server:
        yield receiver


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with mail_server() as mailbox:
        yield mailbox


@dataclass(frozen=True)
class House:
    """A client with a low balance to tell of, its channels, and the messenger."""

    watched: Watched
    vault: Vault
    messenger: Messenger

    @property
    def database(self) -> Database:
        return self.watched.database

    def add_channel(self, kind: str, where: str) -> int:
        address = channels.checked(kind, where)
        preview = channels.preview(kind, address)
        client = self.watched.added.client
        return store.add(self.database, self.vault, client, kind, address, preview=preview, label="")

    def tell(self) -> Told:
        return self.messenger.send_waiting(self.database)

    def deliveries(self) -> list[tuple[str, int, str | None]]:
        """Each delivery by its state, its attempts and its error, in order."""
        found = read(self.database, "select * from alert_deliveries order by alert_id, event, channel_id")
        return [(_state(row), row["attempts"], row["error"]) for row in found]


def _state(row: object) -> str:
    named = dict(row)  # type: ignore[call-overload]
    return "delivered" if named["delivered_at"] else "given up" if named["given_up_at"] else "waiting"


@pytest.fixture
def house(database: Database, vault: Vault, mailbox: Mailbox) -> House:
    """A balance threshold of 10 USD and no channel yet."""
    watched = Watched(database, books.add_client(database, vault, OPENROUTER, name="acme"))
    watched.budget(low_balance_amount=10, key_label="Production")
    mailer = Mailer("127.0.0.1", "spend@example.com", mailbox.port, "none")
    return House(watched, vault, Messenger(Postman(Client(reach=LOOPBACK), mailer, SECONDS), vault, LABELS))


def raw(exchange: Exchange) -> bytes:
    return exchange.request.partition(b"\r\n\r\n")[2]


def body(exchange: Exchange) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(raw(exchange))
    return found


def low(house: House, at: datetime = NOON, balance: str = "5") -> None:
    house.watched.read(at, house.watched.figures(0, balance))
