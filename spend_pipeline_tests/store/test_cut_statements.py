"""A sync whose connection is cut at each statement in turn, and at each commit: nothing half, nothing doubled."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Connection, event, text

from spend_pipeline.errors import Unavailable
from spend_pipeline.providers import PROVIDERS
from spend_pipeline.store import requests, syncs
from spend_pipeline.store.database import Database
from spend_pipeline.syncing import Syncing, SyncRun
from spend_pipeline_tests.invariants import broken
from spend_pipeline_tests.store.books import GROQ, OPENROUTER, WRONG_KEY, claim, read, scalar, write
from spend_pipeline_tests.store.conftest import Add

MOST = 60  # more than a sync has statements: one that never passes would loop for ever
NO_ROOM = """
create function no_room() returns trigger language plpgsql as $$
begin
    raise exception 'could not extend file: No space left on device' using errcode = 'disk_full';
end $$
"""
WHEN = {"statement": "before_cursor_execute", "commit": "commit"}


@pytest.fixture
def watcher(database: Database) -> Iterator[Database]:
    """The same database over connections that nobody cuts."""
    other = Database(database.url)
    yield other
    other.dispose()


@contextmanager
def cut_at(database: Database, watcher: Database, what: str, number: int) -> Iterator[list[int]]:
    """PostgreSQL ends the connection of this database's n-th statement, or commit, before it arrives."""
    seen = [0]

    def count(connection: Connection, *_: Any) -> None:
        seen[0] += 1
        if seen[0] == number:
            pid = connection.connection.driver_connection.info.backend_pid  # type: ignore[union-attr]
            assert scalar(watcher, "select pg_terminate_backend(:pid, 5000)", pid=pid)

    event.listen(database.engine, WHEN[what], count)
    try:
        yield seen
    finally:
        event.remove(database.engine, WHEN[what], count)


def sync_once(stations: Syncing) -> None:
    """What the sensor and a run do: claim, or take up what was claimed; then every station."""
    database = stations.database
    sync_id = uuid4()
    if claim(database, sync_id) is None:
        (unfinished,) = syncs.unfinished(database)
        sync_id = unfinished.id
    stations.take_snapshots(SyncRun(sync_id, "run", "manual", list(PROVIDERS)))
    stations.settle_billing(sync_id)
    stations.settle_totals(sync_id)


def each_cut(database: Database, watcher: Database, what: str, work: Callable[[], None]) -> Iterator[None]:
    """Does the work with the first, the second, every next one cut, until none is left."""
    for number in range(1, MOST):
        with cut_at(database, watcher, what, number) as seen, suppress(Unavailable):
            work()
        yield
        if seen[0] < number:
            assert number > 5, "nothing was cut"
            return
    pytest.fail(f"no end after {MOST} cuts")


@pytest.mark.parametrize("what", WHEN)
def test_a_sync_survives_a_cut_at_each(stations: Syncing, watcher: Database, add: Add, what: str) -> None:
    """The cut attempt fails as a whole, the next takes it up, and the books are as if nothing had been."""
    client = add(OPENROUTER, GROQ, WRONG_KEY).client
    waiting = """
        select from sync_requests where status in ('pending', 'claimed')
        union all select from syncs where finished_at is null
    """

    def work() -> None:
        write(watcher, "update clients set manual_sync_at = null")
        requests.accept(watcher, client.id, None)
        sync_once(stations)

    syncs_done = 0
    for _ in each_cut(stations.database, watcher, what, work):
        if read(watcher, waiting):
            sync_once(stations)
        syncs_done += 1
        assert broken(watcher) == {}
    assert scalar(watcher, "select count(*) from sync_requests") == syncs_done
    assert scalar(watcher, "select count(*) from spend_snapshots") == 3 * syncs_done


@pytest.mark.parametrize("what", WHEN)
def test_a_request_that_is_cut_is_queued_whole_or_not_at_all(
    stations: Syncing, watcher: Database, add: Add, what: str
) -> None:
    """Where it was not queued, the minute was not used either."""
    database = stations.database
    client = add(GROQ).client
    queued = "select (select count(*) from sync_requests) as requests, count(manual_sync_at) as minutes from clients"
    for number in (1, 2, 3, 4):
        write(watcher, "delete from sync_requests")
        write(watcher, "update clients set manual_sync_at = null")
        with cut_at(database, watcher, what, number) as seen:
            try:
                requests.accept(database, client.id, None)
            except Unavailable:
                assert read(watcher, queued) == [{"requests": 0, "minutes": 0}]
            else:
                assert seen[0] < number
                assert read(watcher, queued) == [{"requests": 1, "minutes": 1}]


def test_a_statement_that_takes_too_long_is_given_up_and_taken_up_again(stations: Syncing, add: Add) -> None:
    """A lock that somebody holds costs the sync its time, not its books."""
    add(OPENROUTER, WRONG_KEY)
    hurried = Database(f"{stations.database.url}&options=-cstatement_timeout%3D200ms")
    patient, stations.database = stations.database, hurried
    sync_id = uuid4()
    run = SyncRun(sync_id, "run", "ui", list(PROVIDERS))
    with patient.transaction() as connection:
        connection.execute(text("lock table spend_snapshots in access exclusive mode"))
        with pytest.raises(Unavailable, match="QueryCanceled"):
            stations.take_snapshots(run)
    hurried.dispose()
    stations.database = patient
    stations.take_snapshots(run)
    stations.settle_billing(sync_id)
    stations.settle_totals(sync_id)
    assert broken(patient) == {}
    assert scalar(patient, "select count(*) from spend_snapshots") == 2


def test_snapshots_that_find_no_room_are_taken_once_there_is(stations: Syncing, add: Add) -> None:
    """The error of a full disk, at the statement that writes them; a disk that is really full is in the e2e tests."""
    database, run = stations.database, SyncRun(uuid4(), "run", "ui", list(PROVIDERS))
    add(OPENROUTER, WRONG_KEY)
    write(database, NO_ROOM)
    write(database, "create trigger no_room before insert on spend_snapshots execute function no_room()")
    with pytest.raises(Unavailable, match="DiskFull"):
        stations.take_snapshots(run)
    assert scalar(database, "select count(*) from spend_snapshots") == 0
    write(database, "drop function no_room cascade")
    stations.take_snapshots(run)
    stations.settle_billing(run.sync_id)
    stations.settle_totals(run.sync_id)
    assert broken(database) == {}
    assert scalar(database, "select count(*) from spend_snapshots") == 2
