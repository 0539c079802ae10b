"""A sync in parts: every client in exactly one, divided once, each a sync that stands by itself."""

from uuid import UUID, uuid4

import pytest

from spend_pipeline.errors import Unavailable
from spend_pipeline.providers import PROVIDERS
from spend_pipeline.sandbox.server import Sandbox
from spend_pipeline.store import snapshots, syncs
from spend_pipeline.store.database import Database
from spend_pipeline.store.syncs import Sync
from spend_pipeline.store.vault import Vault
from spend_pipeline.syncing import SyncRun
from spend_pipeline_tests.invariants import broken
from spend_pipeline_tests.store.books import GROQ, OPENROUTER, WRONG_KEY, add_client, read, scalar, stations, write

IN_SCOPE = """
select syncs.id, integrations.client_id
from syncs cross join lateral integrations_in_scope(syncs.id) as integrations
"""


def divided(database: Database, whole: UUID, integrations_per_run: int) -> list[UUID]:
    return syncs.in_parts(database, whole, trigger=syncs.AUTOMATIC, integrations_per_run=integrations_per_run)


def begun_by(database: Database, sync_id: UUID, run_id: str) -> Sync:
    now = scalar(database, "select now()")
    return syncs.begin(database, sync_id, trigger="schedule", run_id=run_id, provider_names=["groq"], now=now)


@pytest.mark.parametrize("integrations_per_run", [1, 2, 3, 7, 100])
def test_every_client_is_in_exactly_one_part(database: Database, vault: Vault, integrations_per_run: int) -> None:
    """Also the one that is added later, and one that is larger than a part."""
    sizes = (1, 2, 0, 5, 1, 1)
    for size in sizes:
        add_client(database, vault, *[GROQ] * size)
    parts = divided(database, uuid4(), integrations_per_run)
    assert 1 <= len(parts) <= sum(sizes)
    late = add_client(database, vault, GROQ)
    write(database, "update syncs set provider_names = '{groq}'")
    found = read(database, IN_SCOPE)
    assert len(found) == sum(sizes) + 1
    assert len({(row["id"], row["client_id"]) for row in found}) == sum(size > 0 for size in sizes) + 1
    assert {row["id"] for row in found if row["client_id"] == late.client.id} == {parts[-1]}


def test_a_sync_is_divided_once(database: Database, vault: Vault) -> None:
    """However often the schedule's tick comes, and whoever was added since."""
    add_client(database, vault, GROQ, GROQ)
    add_client(database, vault, GROQ, GROQ)
    whole = uuid4()
    parts = divided(database, whole, 2)
    add_client(database, vault, GROQ, GROQ)
    assert divided(database, whole, 1) == parts
    assert len(divided(database, uuid4(), 2)) == 3


def test_nobody_to_read_is_one_part(database: Database) -> None:
    assert len(divided(database, uuid4(), 10)) == 1


def test_parts_settle_each_for_itself(database: Database, vault: Vault, shared_sandbox: Sandbox) -> None:
    """The books agree after each, and nobody waits for the others."""
    for _ in range(3):
        add_client(database, vault, OPENROUTER, WRONG_KEY)
    work = stations(database, vault, shared_sandbox)
    work.integrations_per_run = 2
    parts = work.of_everything(uuid4())
    for done, part in enumerate(parts, 1):
        work.take_snapshots(SyncRun(part, f"run {part}", "schedule", list(PROVIDERS)))
        assert work.settle_billing(part) == work.settle_totals(part) == [part]
        assert scalar(database, "select count(*) from spend_totals") == done
        assert set(broken(database, 0)) <= {"a sync has no end, or a bad one", "a part of its snapshots"}
    assert broken(database, 0) == {}


def test_a_run_that_was_replaced_writes_no_more(database: Database, vault: Vault) -> None:
    """It was cut off from the database, its sync taken up by another; then it comes back with what it has read."""
    add_client(database, vault, GROQ)
    sync_id = uuid4()
    first = begun_by(database, sync_id, "first")
    (unfinished,) = syncs.unfinished(database)
    assert syncs.retry(database, unfinished) == 2
    with pytest.raises(Unavailable, match="Another run has taken this sync up"):
        snapshots.append(database, first, [])
    snapshots.append(database, begun_by(database, sync_id, "second"), [])
    assert scalar(database, "select snapshots_taken_at is not null from syncs")


def test_a_sync_that_moved_after_all_is_not_run_again(database: Database) -> None:
    """It was looked at, and then took its snapshots: that look is out of date."""
    sync = begun_by(database, uuid4(), "a run")
    (unfinished,) = syncs.unfinished(database)
    snapshots.append(database, sync, [])
    assert syncs.retry(database, unfinished) is None
