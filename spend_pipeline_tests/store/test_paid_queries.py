"""Questions that cost money: asked on the schedule alone, and what was not asked leaves what is known of it alone."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from spend_pipeline.answer import answer
from spend_pipeline.integration import Integration
from spend_pipeline.providers import PROVIDERS
from spend_pipeline.sandbox.server import Sandbox
from spend_pipeline.snapshot import Snapshot
from spend_pipeline.store import clients, requests, snapshots, syncs
from spend_pipeline.store.database import Database
from spend_pipeline.store.vault import Vault
from spend_pipeline.syncing import Syncing
from spend_pipeline_tests.store import books
from spend_pipeline_tests.store.books import (
    add_client,
    apply_billing,
    failed,
    figures,
    integration,
    read,
    run_sync,
    taken,
)
from spend_pipeline_tests.store.conftest import Add

PAYER = "payer"
PAID = ("vercel_ai_gateway", "aws_bedrock")
PAID_FIGURES = {name: PROVIDERS[name].paid_figures for name in PAID}
MANUAL = ["cli", "ui", "manual"]
START = datetime(2026, 2, 26, 12, tzinfo=UTC)


@pytest.fixture
def moments() -> Iterator[datetime]:
    """The clock's readings, one a sync: an hour between two."""
    return (START + timedelta(hours=step) for step in range(24))


@pytest.fixture
def stations(database: Database, vault: Vault, shared_sandbox: Sandbox, moments: Iterator[datetime]) -> Syncing:
    return books.stations(database, vault, shared_sandbox, clock=lambda: next(moments))


@pytest.fixture
def accounts(database: Database, vault: Vault, shared_sandbox: Sandbox) -> list[int]:
    """An account of each provider whose spend is paid for, in the order of `PAID`."""
    keys = shared_sandbox.credentials
    gateway, bedrock = keys["vercel_ai_gateway"]["report"], keys["aws_bedrock"]["reader"]
    return add_client(database, vault, (PAID[0], gateway), (PAID[1], bedrock), name=PAYER).ids


def states(database: Database) -> list[dict[str, Any]]:
    return [dict(row) for row in read(database, "select * from integrations order by id")]


def cached(state: dict[str, Any]) -> list[Decimal | None]:
    return [state[f"cached_{name}"] for name in ("balance", "usage_today", "usage_month")]


def synced(database: Database, stations: Syncing, trigger: str) -> dict[str, Any]:
    """What a sync of that trigger answers."""
    sync_id = uuid4()
    if trigger == "manual":
        payer = clients.by_name(database, PAYER)
        requests.accept(database, payer.id, None)
        books.claim(database, sync_id)
    run_sync(stations, sync_id, trigger=trigger)
    return answer(snapshots.answer_rows(database, sync_id))


def test_the_schedule_asks_and_others_keep_what_it_read(
    database: Database, stations: Syncing, accounts: Sequence[int]
) -> None:
    asked = synced(database, stations, "schedule")
    assert all(row["usage_month"] is not None for row in asked["results"])
    before = states(database)
    assert [state["billing_synced_at"] for state in before] == [START, START]
    later = synced(database, stations, "cli")
    assert [row["status"] for row in later["results"]] == ["success", "success"]
    assert [(row["usage_today"], row["usage_month"]) for row in later["results"]] == [(None, None)] * 2
    assert later["total_usage_month"] == 0
    assert later["total_balance"] == later["results"][0]["balance"]
    after = states(database)
    assert [cached(state)[1:] for state in after] == [cached(state)[1:] for state in before]
    assert [state["billing_synced_at"] for state in after] == [START, START]
    assert [state["billing_attempted_at"] for state in after] == [START + timedelta(hours=1)] * 2
    synced(database, stations, "schedule")
    assert [state["billing_synced_at"] for state in states(database)] == [START + timedelta(hours=2)] * 2


@pytest.mark.parametrize("trigger", MANUAL)
def test_a_sync_that_did_not_ask_says_so(
    database: Database, stations: Syncing, accounts: Sequence[int], trigger: str
) -> None:
    """Why, what it would cost, and when it is asked next; a sync of any other trigger than the schedule's."""
    gateway, bedrock = synced(database, stations, trigger)["results"]
    missing = "No usage today or usage this month: asking costs"
    due = "so only the automatic sync asks, next at 2026-02-26 16:00 UTC"
    assert gateway["note"] == f"{missing} 0.005 USD a query, {due}"
    assert gateway["balance"] is not None
    assert bedrock["note"].startswith(f"{missing} 0.01 USD a page, {due}")
    assert bedrock["balance"] is None


def test_a_first_sync_that_did_not_ask_leaves_figures_unknown(
    database: Database, stations: Syncing, accounts: Sequence[int]
) -> None:
    synced(database, stations, "cli")
    gateway, bedrock = states(database)
    assert cached(gateway)[1:] == [None, None]
    assert (cached(bedrock), bedrock["billing_synced_at"]) == ([None] * 3, None)


@pytest.mark.parametrize("trigger", ["schedule", *MANUAL])
def test_who_did_not_agree_is_never_asked(
    database: Database, vault: Vault, stations: Syncing, shared_sandbox: Sandbox, trigger: str
) -> None:
    """A balance beside it is read; where there is none, the reading fails, on the schedule as in any other sync."""
    keys = shared_sandbox.credentials
    gateway = {**keys["vercel_ai_gateway"]["report"], "paid_queries": "no"}
    bedrock = {**keys["aws_bedrock"]["reader"], "paid_queries": "no"}
    add_client(database, vault, (PAID[0], gateway), (PAID[1], bedrock), name=PAYER)
    beside, alone = synced(database, stations, trigger)["results"]
    assert "paid_queries is not 'yes'" in beside["note"]
    assert (alone["status"], alone["error"]) == (
        "failed",
        "paid_queries is not 'yes', so what costs 0.01 USD a page was not asked",
    )


@pytest.fixture
def bedrock(add: Add, shared_sandbox: Sandbox) -> Integration:
    added = add(("aws_bedrock", shared_sandbox.credentials["aws_bedrock"]["reader"]))
    return integration(added.client.id, added.ids[0], "aws_bedrock")


def applied(database: Database, at: datetime, trigger: str, reading: Snapshot) -> dict[str, Any]:
    apply_billing(database, [taken(database, at, reading, trigger=trigger)], PAID_FIGURES)
    (state,) = states(database)
    return state


def test_an_error_outlives_a_sync_that_asked_nothing(database: Database, bedrock: Integration) -> None:
    """Nothing was learned that could clear it; the next question does."""
    applied(database, START, "schedule", failed(bedrock, "AWS refuses"))
    state = applied(database, START + timedelta(hours=1), "manual", figures(bedrock, note="not asked"))
    assert (state["billing_sync_error"], state["consecutive_failures"]) == ("AWS refuses", 1)
    assert state["billing_note"] is None
    state = applied(database, START + timedelta(hours=4), "schedule", figures(bedrock, None, "1", "2"))
    assert (state["billing_sync_error"], state["consecutive_failures"]) == (None, 0)
    assert cached(state) == [None, 1, 2]


def test_what_the_schedule_could_not_learn_becomes_unknown(database: Database, bedrock: Integration) -> None:
    """It asked, so what was known yesterday does not stand for today."""
    applied(database, START, "schedule", figures(bedrock, None, "1", "2"))
    state = applied(database, START + timedelta(hours=12), "schedule", figures(bedrock, None, None, "2"))
    assert cached(state) == [None, None, 2]


def test_a_schedule_and_a_later_sync_applied_at_once(database: Database, bedrock: Integration) -> None:
    waiting = [
        taken(database, START, figures(bedrock, None, "1", "2"), trigger="schedule"),
        taken(database, START + timedelta(minutes=5), figures(bedrock), trigger="manual"),
    ]
    apply_billing(database, waiting, PAID_FIGURES)
    (state,) = states(database)
    assert cached(state) == [None, 1, 2]
    assert (state["billing_synced_at"], state["billing_attempted_at"]) == (START, START + timedelta(minutes=5))


def test_a_sync_taken_up_again_is_what_it_began_as(database: Database, stations: Syncing) -> None:
    """A run that recovery starts in the place of a dead one carries no trigger of its own."""
    sync_id = uuid4()
    begun = [
        syncs.begin(database, sync_id, trigger=trigger, run_id=trigger, provider_names=list(PROVIDERS), now=START)
        for trigger in ("schedule", "ui")
    ]
    assert [sync.automatic for sync in begun] == [True, True]
