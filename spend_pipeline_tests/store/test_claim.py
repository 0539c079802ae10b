"""Requests: each claimed by exactly one sync, settled or failed with it, and its client's alone."""

import threading
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

from sqlalchemy import text

from spend_pipeline.store import clients, integrations, requests, syncs
from spend_pipeline.store.database import Database
from spend_pipeline.store.requests import Accepted
from spend_pipeline_tests.store.books import GROQ, OPENROUTER, WRONG_KEY, claim, read, scalar
from spend_pipeline_tests.store.conftest import Add

PENDING = "insert into sync_requests (id, client_id) values (:id, :client_id)"
CLAIMED = "select count(*) from sync_requests where sync_id = :sync_id"


def ask(database: Database, client_id: int, provider: str | None = None) -> UUID:
    accepted = requests.accept(database, client_id, provider)
    assert isinstance(accepted, Accepted)
    return accepted.id


def test_nothing_pending_begins_no_sync(database: Database) -> None:
    assert claim(database, uuid4()) is None
    assert scalar(database, "select count(*) from syncs") == 0


def test_two_claims_at_once_share_the_requests_out(database: Database) -> None:
    """Ten rounds of two daemons: every request is claimed once, and an empty claim begins no sync."""
    client, _ = clients.add(database, "acme")
    for _ in range(10):
        with database.transaction() as connection:
            for _ in range(5):
                connection.execute(text(PENDING), {"id": uuid4(), "client_id": client.id})
        together = threading.Barrier(2)
        ids = [uuid4(), uuid4()]

        def at_once(sync_id: UUID, together: threading.Barrier = together) -> list[str] | None:
            together.wait()
            return claim(database, sync_id)

        with ThreadPoolExecutor(2) as threads:
            outcomes = list(threads.map(at_once, ids))
        counts = [scalar(database, CLAIMED, sync_id=sync_id) for sync_id in ids]
        assert sum(counts) == 5
        assert [outcome is not None for outcome in outcomes] == [count > 0 for count in counts]
    assert scalar(database, "select count(*) from sync_requests where status = 'pending'") == 0
    assert scalar(database, "select count(*) from syncs where id not in (select sync_id from sync_requests)") == 0


def test_a_request_that_commits_late_is_claimed_next_time(database: Database) -> None:
    """It was written before another that is claimed already: no cursor may step over it."""
    client, _ = clients.add(database, "acme")
    first, second = uuid4(), uuid4()
    late, early = {"id": uuid4(), "client_id": client.id}, {"id": uuid4(), "client_id": client.id}
    with database.transaction() as slow:
        slow.execute(text(PENDING), late)
        with database.transaction() as quick:
            quick.execute(text(PENDING), early)
        assert claim(database, first) == []
    assert claim(database, second) == []
    claimed = {row["id"]: row["sync_id"] for row in read(database, "select id, sync_id from sync_requests")}
    assert claimed == {early["id"]: first, late["id"]: second}


def test_a_claim_names_the_providers_it_is_about(database: Database, add: Add) -> None:
    """Of a client all active ones, or the one it named; never those of clients who did not ask."""
    everything, one, silent = add(OPENROUTER, WRONG_KEY), add(GROQ, OPENROUTER), add(("together", {"api_key": "any"}))
    integrations.set_active(database, everything.ids[1], is_active=False)
    ask(database, everything.client.id)
    ask(database, one.client.id, "groq")
    assert claim(database, uuid4()) == ["groq", "openrouter"]
    assert silent.ids


def test_a_request_whose_integration_is_gone_is_claimed_all_the_same(database: Database, add: Add) -> None:
    """It ends with an empty answer instead of waiting for ever."""
    added = add(GROQ)
    request_id = ask(database, added.client.id)
    integrations.remove(database, added.ids[0])
    assert claim(database, uuid4()) == []
    found = requests.status(database, added.client.id, request_id)
    assert found is not None
    assert found["status"] == "claimed"


def test_a_request_is_its_clients_alone(database: Database, add: Add) -> None:
    mine, other = add(GROQ), add(GROQ)
    request_id = ask(database, mine.client.id)
    assert requests.status(database, mine.client.id, request_id)
    assert requests.status(database, other.client.id, request_id) is None
    assert requests.status(database, mine.client.id, uuid4()) is None


def test_a_queued_request_wakes_who_listens(database: Database, add: Add) -> None:
    added = add(GROQ)
    with database.notifications("sync_requested") as notifications:
        request_id = ask(database, added.client.id)
        assert notifications.wait(5) == [str(request_id)]


def test_a_sync_that_is_finished_settles_its_requests_and_tells_who_waits(database: Database, add: Add) -> None:
    first, second, later = add(GROQ), add(GROQ), add(GROQ)
    asked = {ask(database, first.client.id), ask(database, second.client.id)}
    sync_id = uuid4()
    claim(database, sync_id)
    pending = ask(database, later.client.id)
    assert requests.settled(database, [*asked, pending]) == set()
    with database.notifications("sync_settled") as notifications:
        syncs.finish(database, [sync_id])
        heard = set(notifications.wait(5))
        while len(heard) < 2 and (more := notifications.wait(5)):
            heard |= set(more)
    assert heard == {str(request_id) for request_id in asked}
    assert requests.settled(database, [*asked, pending]) == asked
    assert requests.settled(database, []) == set()


def test_a_sync_that_is_given_up_fails_its_requests_by_name(database: Database, add: Add) -> None:
    added = add(GROQ)
    request_id, sync_id = ask(database, added.client.id), uuid4()
    claim(database, sync_id)
    with database.notifications("sync_settled") as notifications:
        syncs.give_up(database, sync_id, "It was tried three times")
        assert notifications.wait(5) == [str(request_id)]
    found = requests.status(database, added.client.id, request_id)
    assert found is not None
    assert (found["status"], found["error"]) == ("failed", "It was tried three times")
    assert syncs.unfinished(database) == []


def test_what_ended_stays_as_it_ended(database: Database, add: Add) -> None:
    """A run that comes to its end after it was given up, or is given up after it ended, changes nothing."""
    added = add(GROQ)
    request_id, sync_id = ask(database, added.client.id), uuid4()
    claim(database, sync_id)
    syncs.give_up(database, sync_id, "given up")
    syncs.finish(database, [sync_id])
    syncs.give_up(database, sync_id, "given up again")
    found = requests.status(database, added.client.id, request_id)
    assert found is not None
    assert (found["status"], found["error"]) == ("failed", "given up")


def test_a_retry_is_counted_once(database: Database, add: Add) -> None:
    """Two daemons that find the same dead sync: one takes it up."""
    ask(database, add(GROQ).client.id)
    claim(database, uuid4())
    (found,) = syncs.unfinished(database)
    assert found.attempts == 1
    assert [syncs.retry(database, found), syncs.retry(database, found)] == [2, None]
