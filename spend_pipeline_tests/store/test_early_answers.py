"""A client that waits is answered when its own integrations are read, whoever else the sync still reads for."""

import threading
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from spend_pipeline.reading import Reading
from spend_pipeline.store import requests, syncs
from spend_pipeline.store.database import Database
from spend_pipeline.store.requests import Accepted
from spend_pipeline.syncing import Syncing, SyncRun
from spend_pipeline_tests.conftest import NOON
from spend_pipeline_tests.store.books import GROQ, OPENROUTER, Added, claim, read, scalar
from spend_pipeline_tests.store.conftest import Add

SLOW = ("together", {"api_key": "sandbox.project.fault-delay-3"})


class Died(Exception):
    """The run's process ends here."""


def asked(database: Database, client: Added) -> UUID:
    accepted = requests.accept(database, client.client.id, None)
    assert isinstance(accepted, Accepted)
    return accepted.id


def claimed(database: Database) -> SyncRun:
    sync_id = uuid4()
    providers = claim(database, sync_id)
    assert providers
    return SyncRun(sync_id, "run", "manual", providers)


def state(database: Database, client: Added, request_id: UUID) -> str:
    found = requests.status(database, client.client.id, request_id)
    assert found is not None
    return str(found["status"])


def test_a_client_does_not_wait_for_anothers_provider(database: Database, stations: Syncing, add: Add) -> None:
    """Its rows and its billing state are there, and it is told so, while the other provider is still being read."""
    quick, slow = add(OPENROUTER, GROQ), add(SLOW)
    quick_request, slow_request = asked(database, quick), asked(database, slow)
    run = claimed(database)
    with database.notifications("sync_settled") as notifications:
        thread = threading.Thread(target=stations.take_snapshots, args=(run,))
        thread.start()
        assert notifications.wait(10) == [str(quick_request)]
        assert thread.is_alive()
        assert state(database, quick, quick_request) == "done"
        assert state(database, slow, slow_request) == "claimed"
        rows = read(database, "select id, billing_synced_at from integrations order by id")
        assert [row["billing_synced_at"] is not None for row in rows] == [True, True, False]
        thread.join(20)
    stations.settle_billing(run.sync_id)
    stations.settle_totals(run.sync_id)
    assert state(database, slow, slow_request) == "done"
    assert scalar(database, "select count(*) from spend_snapshots") == 3
    assert scalar(database, "select count(*) from spend_totals") == 2


def test_a_run_that_died_after_an_answer_leaves_that_client_alone(
    database: Database, stations: Syncing, add: Add
) -> None:
    """The next one reads only for whom nothing was written yet, under the same clock reading, and the books agree."""
    first, second = add(GROQ), add(OPENROUTER)
    first_request, second_request = asked(database, first), asked(database, second)
    run = claimed(database)
    stations.clock = iter([NOON, NOON + timedelta(minutes=5)]).__next__

    def dies(reading: Reading, done: int, total: int) -> None:
        if state(database, first, first_request) == "done":
            raise Died

    stations.on_reading = dies
    with pytest.raises(Died):
        stations.take_snapshots(run)
    read_again: list[int] = []
    stations.on_reading = lambda reading, done, total: read_again.append(reading.integration.id)
    assert stations.take_snapshots(run).synced_at == NOON
    assert read_again == second.ids
    stations.settle_billing(run.sync_id)
    stations.settle_totals(run.sync_id)
    assert state(database, second, second_request) == "done"
    assert scalar(database, "select count(*) from spend_snapshots") == 2
    assert scalar(database, "select count(distinct synced_at) from spend_snapshots") == 1
    assert scalar(database, "select count(*) from spend_totals") == 2


def test_an_answered_request_stays_answered(database: Database, stations: Syncing, add: Add) -> None:
    """Even where the rest of its sync is given up."""
    client = add(GROQ)
    request_id = asked(database, client)
    run = claimed(database)
    stations.take_snapshots(run)
    assert state(database, client, request_id) == "done"
    syncs.give_up(database, run.sync_id, "given up")
    assert state(database, client, request_id) == "done"


def test_nobody_waits_for_a_scheduled_sync(database: Database, stations: Syncing, add: Add) -> None:
    """Its rows are written at once, at its end, however many clients there are."""
    for _ in range(3):
        add(GROQ)
    counts: list[int] = []
    stations.on_reading = lambda *_: counts.append(scalar(database, "select count(*) from spend_snapshots"))
    stations.take_snapshots(SyncRun(uuid4(), "run", "schedule", ["groq"]))
    assert counts == [0, 0, 0]
    assert scalar(database, "select count(*) from spend_snapshots") == 3
