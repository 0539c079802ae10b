"""The asset `budget_alerts` in a real run: it fires, tells, shows what did not arrive, and names nobody."""

from collections.abc import Iterator
from uuid import uuid4

import dagster as dg
import pytest
from sqlalchemy import text

from spend_pipeline.alerts import channel as channels
from spend_pipeline.alerts.delivery import Postman
from spend_pipeline.alerts.sending import Messenger
from spend_pipeline.orchestration.partitions import range_tags
from spend_pipeline.orchestration.runs import SYNC_ID_TAG
from spend_pipeline.outbound.client import Client
from spend_pipeline.outbound.reach import Reach
from spend_pipeline.store import channels as store
from spend_pipeline.store import clients
from spend_pipeline.store.database import Database
from spend_pipeline.store.vault import Vault
from spend_pipeline.syncing import Syncing
from spend_pipeline_tests.orchestration.conftest import AddClient, RunJob
from spend_pipeline_tests.outbound.fault_server import Exchange, FaultServer, faulty
from spend_pipeline_tests.store.books import read, scalar, write

NAME = "canary-client-gmbh"
PATH = "/services/canary-0123456789"


class Gate:
    """What the receiving server does, which a test may change."""

    status = "200 OK"

    def play(self, exchange: Exchange) -> None:
        self.answer(exchange)

    def answer(self, exchange: Exchange) -> None:
        exchange.answer(b"ok", status=self.status)


@pytest.fixture
def gate() -> Gate:
    return Gate()


@pytest.fixture
def receiver(gate: Gate) -> Iterator[FaultServer]:
    with faulty(gate.play) as server:
        yield server


@pytest.fixture
def stations(stations: Syncing, vault: Vault) -> Syncing:
    """With a messenger that may reach loopback."""
    stations.messenger = Messenger(Postman(Client(reach=Reach.allowing(["127.0.0.1"]))), vault)
    return stations


@pytest.fixture
def limited(add_client: AddClient, database: Database, vault: Vault, receiver: FaultServer) -> int:
    """A client whose balance is below its threshold as soon as it is read, and a channel."""
    _, (integration_id,) = add_client(NAME, ("openrouter", {"api_key": "sandbox.management"}))
    write(database, "update integrations set low_balance_amount = 100000")
    address = channels.checked("webhook", f"{receiver.url}{PATH}")
    of = clients.by_name(database, NAME)
    store.add(database, vault, of, "webhook", address, preview=channels.preview("webhook", address), label="")
    return integration_id


def alerts_of(result: dg.ExecuteInProcessResult) -> dict[str, object]:
    (made,) = result.asset_materializations_for_node("budget_alerts")
    return {name: value.value for name, value in made.metadata.items()}


def check_of(result: dg.ExecuteInProcessResult) -> dg.AssetCheckEvaluation:
    (check,) = [each for each in result.get_asset_check_evaluations() if each.check_name == "alerts_are_delivered"]
    return check


def test_a_run_fires_and_tells_and_the_same_run_again_does_neither(
    run_job: RunJob, limited: int, receiver: FaultServer, database: Database
) -> None:
    tags = {**range_tags(), SYNC_ID_TAG: str(uuid4())}
    first, again = run_job(tags), run_job(tags)
    assert first.success
    assert again.success
    shown = alerts_of(first)
    assert (shown["budgets"], shown["fired"], shown["open"], shown["messages delivered"]) == (1, 1, 1, 1)
    assert f"'integration_id': {limited}" in str(shown["open alerts"])
    assert alerts_of(again).items() >= {"fired": 0, "ended": 0, "open": 1, "messages delivered": 0}.items()
    assert len(receiver.requests) == 1
    assert check_of(first).passed


def test_a_channel_that_fails_is_shown_and_tried_again_by_the_next_run(
    run_job: RunJob, limited: int, gate: Gate, receiver: FaultServer
) -> None:
    """The run is no failure; whoever waited for the sync has been answered before."""
    gate.status = "400 Bad Request"
    result = run_job(range_tags())
    assert result.success
    assert alerts_of(result)["messages that failed"] == 1
    check = check_of(result)
    assert (check.passed, check.severity) == (False, dg.AssetCheckSeverity.WARN)
    assert "HTTP 400" in str(check.metadata)
    gate.status = "202 Accepted"
    result = run_job(range_tags())
    assert alerts_of(result)["messages delivered"] == 1
    assert check_of(result).passed
    first, second = receiver.requests
    assert first.headers["webhook-id"] == second.headers["webhook-id"]


def test_the_sync_is_over_before_anybody_is_told(
    run_job: RunJob, limited: int, database: Database, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A channel that takes its time delays no answer: requests are settled with the totals."""
    finished = []

    def answer(exchange: Exchange) -> None:
        finished.append(scalar(database, "select finished_at from syncs"))
        exchange.answer(b"ok")

    monkeypatch.setattr(gate, "answer", answer)
    assert run_job(range_tags()).success
    assert len(finished) == 1
    assert finished != [None]


def test_nothing_of_dagster_names_a_client_an_address_or_a_secret(
    run_job: RunJob, limited: int, gate: Gate, stations: Syncing, capfd: pytest.CaptureFixture[str]
) -> None:
    """Every table of Dagster's to the last row, and what the run printed; after a delivery that failed."""
    gate.status = "500 Broken"
    result = run_job(range_tags())
    database, messenger = stations.database, stations.messenger
    assert messenger is not None
    (row,) = read(database, "select id, client_id, address from alert_channels")
    secret = messenger.vault.open_channel(row["address"], client_id=row["client_id"], channel_id=row["id"])["secret"]
    written = "".join(capfd.readouterr())
    with database.transaction() as connection:
        tables = "select tablename from pg_tables where schemaname = 'dagster'"
        for table in connection.execute(text(tables)).scalars().all():
            written += "".join(connection.execute(text(f"select each::text from dagster.{table} each")).scalars())
        deliveries = str(connection.execute(text("select * from alert_deliveries")).all())
    assert result.run_id in written
    assert "HTTP 500" in deliveries, deliveries
    assert "HTTP 500" in written
    for canary in (NAME, PATH, "canary", secret, secret[6:20]):
        assert canary not in written
        assert canary not in deliveries
