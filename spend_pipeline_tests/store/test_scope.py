"""Scope: which integrations a sync reads, by who started it and what it was asked for."""

from uuid import UUID, uuid4

import pytest

from spend_pipeline.providers import PROVIDERS
from spend_pipeline.store import clients, integrations, requests, snapshots, syncs
from spend_pipeline.store.database import Database
from spend_pipeline_tests.conftest import NOON
from spend_pipeline_tests.store.books import GROQ, OPENROUTER, PARTIAL, WRONG_KEY, Added, claim, write
from spend_pipeline_tests.store.conftest import Add

ALL = list(PROVIDERS)


def scope(
    database: Database,
    trigger: str,
    providers: list[str] = ALL,
    client: Added | None = None,
    sync_id: UUID | None = None,
) -> list[int]:
    """The ids a sync reads."""
    sync = syncs.begin(
        database,
        sync_id or uuid4(),
        trigger=trigger,
        run_id="run",
        provider_names=providers,
        client_id=client.client.id if client else None,
        now=NOON,
    )
    return [each.id for each in snapshots.integrations_to_read(database, sync)]


@pytest.mark.parametrize("trigger", ["schedule", "ui", "cli"])
def test_a_sync_of_everything_reads_what_is_active(database: Database, add: Add, trigger: str) -> None:
    """Of active clients; never what is disabled or removed, which stay out until they are enabled again."""
    acme, other, disabled = add(OPENROUTER, GROQ, WRONG_KEY), add(OPENROUTER), add(OPENROUTER)
    clients.set_active(database, disabled.client.name, is_active=False)
    integrations.set_active(database, acme.ids[1], is_active=False)
    integrations.remove(database, acme.ids[2])
    assert scope(database, trigger) == [acme.ids[0], *other.ids]
    clients.set_active(database, disabled.client.name, is_active=True)
    integrations.set_active(database, acme.ids[1], is_active=True)
    assert scope(database, trigger) == [*acme.ids[:2], *other.ids, *disabled.ids]


@pytest.mark.parametrize("trigger", ["schedule", "ui", "cli"])
def test_a_sync_reads_the_providers_it_names(database: Database, add: Add, trigger: str) -> None:
    added = add(OPENROUTER, GROQ, PARTIAL)
    assert scope(database, trigger, ["openrouter"]) == [added.ids[0], added.ids[2]]
    assert scope(database, trigger, ["together"]) == []
    assert scope(database, trigger, []) == []


def test_a_sync_of_one_client_reads_no_others(database: Database, add: Add) -> None:
    acme, other = add(OPENROUTER, GROQ), add(OPENROUTER)
    assert scope(database, "cli", client=acme) == acme.ids
    assert scope(database, "cli", ["openrouter"], client=other) == other.ids


def test_a_manual_sync_reads_for_those_who_asked(database: Database, add: Add) -> None:
    """One asked for everything, one for a provider; a third did not ask, and shares only the provider."""
    everything, one, silent = add(OPENROUTER, GROQ), add(OPENROUTER, GROQ, WRONG_KEY), add(OPENROUTER, GROQ)
    sync_id = uuid4()
    requests.accept(database, everything.client.id, None)
    requests.accept(database, one.client.id, "groq")
    assert claim(database, sync_id) == ["groq", "openrouter"]
    read = scope(database, "manual", sync_id=sync_id)
    assert read == [*everything.ids, one.ids[1]]
    assert not set(read) & set(silent.ids)


def test_a_client_that_asked_twice_is_read_once(database: Database, add: Add) -> None:
    """For a provider, and a minute later for everything, while nothing was running."""
    added = add(OPENROUTER, GROQ)
    sync_id = uuid4()
    requests.accept(database, added.client.id, "groq")
    write(database, "update clients set manual_sync_at = null")
    requests.accept(database, added.client.id, None)
    claim(database, sync_id)
    assert scope(database, "manual", sync_id=sync_id) == added.ids


def test_a_manual_sync_without_a_request_reads_nothing(database: Database, add: Add) -> None:
    add(OPENROUTER)
    assert scope(database, "manual") == []


def test_a_client_that_was_disabled_after_it_asked_is_not_read(database: Database, add: Add) -> None:
    added = add(OPENROUTER)
    sync_id = uuid4()
    requests.accept(database, added.client.id, None)
    claim(database, sync_id)
    clients.set_active(database, added.client.name, is_active=False)
    assert scope(database, "manual", sync_id=sync_id) == []


def test_a_sync_that_is_taken_up_again_keeps_its_scope(database: Database, add: Add) -> None:
    """Recovery runs it without naming client and providers anew."""
    acme, _ = add(OPENROUTER, GROQ), add(OPENROUTER)
    sync_id = uuid4()
    scope(database, "cli", ["groq"], client=acme, sync_id=sync_id)
    assert scope(database, "ui", ALL, sync_id=sync_id) == [acme.ids[1]]


def test_a_snapshot_that_is_missing_is_seen(database: Database, add: Add) -> None:
    """What was in scope when the sync began and has no row; what was added since is not missed."""
    added = add(OPENROUTER, GROQ)
    write(database, "update integrations set created_at = cast(:noon as timestamptz) - interval '1 day'", noon=NOON)
    sync_id = uuid4()
    scope(database, "cli", sync_id=sync_id)
    write(
        database,
        "update integrations set created_at = cast(:noon as timestamptz) where id = :id",
        noon=NOON,
        id=added.ids[1],
    )
    missing = syncs.rows_of(database, "missing_snapshots", sync_id)
    assert [row["id"] for row in missing] == [added.ids[0]]
