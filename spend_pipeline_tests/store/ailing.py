"""A house with an account that is well and one that ails, and a clock of its own."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import RowMapping

from spend_pipeline.answer import answer
from spend_pipeline.fan_out import Limits
from spend_pipeline.outbound.client import Client
from spend_pipeline.reading import Reader
from spend_pipeline.store import clients, integrations, requests, snapshots
from spend_pipeline.store.database import Database
from spend_pipeline.store.vault import Vault
from spend_pipeline.syncing import Syncing
from spend_pipeline_tests.conftest import NOON
from spend_pipeline_tests.invariants import BROKEN, broken
from spend_pipeline_tests.outbound.asking import FAULTY
from spend_pipeline_tests.outbound.fault_server import Exchange, FaultServer, healthy
from spend_pipeline_tests.store.books import claim, read, run_sync, write


class House:
    """One client's two accounts at a provider whose second one fails as it is told to, and a clock of one's own."""

    def __init__(self, database: Database, vault: Vault, server: FaultServer) -> None:
        self.database, self.server = database, server
        known = {"faulty": FAULTY}
        client, _ = clients.add(database, "acme")
        self.client_id = client.id
        keys = ("well", "ill")
        self.well, self.ill = (
            integrations.add(database, vault, client, FAULTY, {"api_key": f"key-{name}"}) for name in keys
        )

        def opened(each: Any) -> Any:
            return vault.open(each.sealed, client_id=each.client_id, integration_id=each.id)

        self.moment = NOON
        reader = Reader(Client(), known, opened, Limits(seconds=2), {"faulty": server.url})
        self.stations = Syncing(database, reader, clock=lambda: self.moment)
        self.trouble: tuple[int, dict[str, str]] | None = None

    def serve(self, exchange: Exchange) -> None:
        if self.trouble and exchange.headers["authorization"].endswith("ill"):
            status, headers = self.trouble
            exchange.answer(b"", f"{status} Trouble", **headers)
        else:
            healthy(exchange)

    def sync(self, trigger: str = "schedule", *, hours: float = 4) -> dict[str, Any]:
        """A sync, so many hours after the last: what an endpoint would answer. The books must be in order after it."""
        self.moment += timedelta(hours=hours)
        sync_id = uuid4()
        if trigger == "manual":
            write(self.database, "update clients set manual_sync_at = null")
            requests.accept(self.database, self.client_id, None)
            claim(self.database, sync_id)
        sync = run_sync(self.stations, sync_id, ["faulty"], trigger)
        assert not broken(self.database), BROKEN
        return answer(snapshots.answer_rows(self.database, sync.id))

    def asked(self, trigger: str = "schedule", *, hours: float = 4) -> bool:
        """Whether that sync asked for the second account."""
        before = len(self.server.requests)
        self.sync(trigger, hours=hours)
        return any(each.headers["authorization"].endswith("ill") for each in self.server.requests[before:])

    def state(self) -> RowMapping:
        (found,) = read(self.database, "select * from integrations where id = :id", id=self.ill)
        return found
