"""The billing state of an integration: the last good figures, the error beside them, and the failures in a row."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest

from spend_pipeline.integration import Integration
from spend_pipeline.sandbox.server import Sandbox
from spend_pipeline.snapshot import Snapshot, Status
from spend_pipeline.store.database import Database
from spend_pipeline.store.vault import Vault
from spend_pipeline.syncing import Syncing
from spend_pipeline_tests.conftest import NOON
from spend_pipeline_tests.store.books import (
    GROQ,
    OPENROUTER,
    add_client,
    apply_billing,
    failed,
    figures,
    integration,
    read,
    run_sync,
    taken,
    write,
)
from spend_pipeline_tests.store.conftest import Add

State = dict[str, Any]
AT = [NOON + timedelta(hours=4 * step) for step in range(8)]


@pytest.fixture
def account(add: Add) -> Integration:
    added = add(OPENROUTER)
    return integration(added.client.id, added.ids[0])


def state(database: Database, of: Integration) -> State:
    (row,) = read(database, "select * from integrations where id = :id", id=of.id)
    return {
        "figures": [row["cached_balance"], row["cached_usage_today"], row["cached_usage_month"]],
        "note": row["billing_note"],
        "synced_at": row["billing_synced_at"],
        "attempted_at": row["billing_attempted_at"],
        "error": row["billing_sync_error"],
        "kind": row["billing_sync_error_kind"],
        "failures": row["consecutive_failures"],
    }


def expected(
    good: Sequence[str | None],
    synced: datetime | None,
    attempted: datetime,
    failures: int = 0,
    error: str | None = None,
) -> State:
    return {
        "figures": [None if amount is None else Decimal(amount) for amount in good],
        "note": None,
        "synced_at": synced,
        "attempted_at": attempted,
        "error": error,
        "kind": "refused" if error else None,
        "failures": failures,
    }


def apply(database: Database, at: datetime, *readings: Snapshot) -> UUID:
    sync_id = taken(database, at, *readings)
    apply_billing(database, [sync_id])
    return sync_id


def test_failures_count_and_a_success_clears_them(database: Database, account: Integration) -> None:
    """The figures and their time stay through failures; the time of the attempt and the error move on."""
    apply(database, AT[0], figures(account, "10", "1", "3"))
    assert state(database, account) == expected(["10", "1", "3"], AT[0], AT[0])
    apply(database, AT[1], failed(account, "first"))
    assert state(database, account) == expected(["10", "1", "3"], AT[0], AT[1], 1, "first")
    apply(database, AT[2], failed(account, "second"))
    assert state(database, account) == expected(["10", "1", "3"], AT[0], AT[2], 2, "second")
    apply(database, AT[3], figures(account, "8", "2", "5"))
    assert state(database, account) == expected(["8", "2", "5"], AT[3], AT[3])


def test_a_figure_that_a_success_lacks_becomes_unknown(database: Database, account: Integration) -> None:
    """It is not shown beside newer ones as if it were as new; the note says why it is missing."""
    apply(database, AT[0], figures(account, "10", "1", "3"))
    apply(database, AT[1], figures(account, None, "2", "5", note="No balance: refused"))
    found = state(database, account)
    assert found["figures"] == [None, 2, 5]
    assert found["note"] == "No balance: refused"
    apply(database, AT[2], failed(account))
    assert state(database, account)["note"] == "No balance: refused"
    apply(database, AT[3], figures(account, "9", "2", "5"))
    assert state(database, account)["note"] is None


def test_a_first_sync_that_fails_leaves_figures_unknown(database: Database, account: Integration) -> None:
    apply(database, AT[0], failed(account, "no"))
    assert state(database, account) == expected([None] * 3, None, AT[0], 1, "no")


def test_a_provider_without_a_billing_api_is_a_success(database: Database, account: Integration) -> None:
    apply(database, AT[0], failed(account))
    apply(database, AT[1], Snapshot(account, Status.UNSUPPORTED, note="Provider does not expose billing API"))
    found = state(database, account)
    assert (found["error"], found["failures"], found["synced_at"]) == (None, 0, AT[1])
    assert found["figures"] == [None] * 3


@pytest.mark.parametrize("late", ["good", "bad"])
def test_an_older_sync_never_undoes_a_newer_one(database: Database, account: Integration, late: str) -> None:
    """A slow sync that is applied after a quick one that began later."""
    older = taken(database, AT[0], figures(account, "10") if late == "good" else failed(account, "old"))
    apply(database, AT[1], failed(account, "new") if late == "good" else figures(account, "8"))
    before = state(database, account)
    apply_billing(database, [older])
    assert state(database, account) == before


def test_applying_again_changes_nothing(database: Database, account: Integration) -> None:
    sync_id = apply(database, AT[0], failed(account))
    apply_billing(database, [sync_id, sync_id])
    assert state(database, account)["failures"] == 1


@pytest.mark.parametrize(
    ("before", "outcomes", "good", "failures", "error"),
    [
        # G: good with that balance, F: failed. What was there before, what is applied at once, and what is left.
        ("G1", ["F", "F", "F"], 0, 3, True),
        ("F", ["F", "F"], None, 3, True),
        ("F", ["F", "G2", "F"], 2, 1, True),
        ("F", ["G1", "F", "F"], 1, 2, True),
        ("F", ["F", "F", "G3"], 3, 0, False),
        ("G1", ["G2", "G3"], 2, 0, False),
        ("G1", ["G2", "F", "G4", "F", "F"], 3, 2, True),
    ],
)
def test_several_syncs_applied_at_once_are_as_one_after_another(  # noqa: PLR0917 - a case and its outcome
    database: Database,
    account: Integration,
    before: str,
    outcomes: list[str],
    good: int | None,
    failures: int,
    error: bool,
) -> None:
    """`good` is the index of the last good sync, 0 that of before; figures worked out by hand."""

    def reading(step: int, outcome: str) -> Snapshot:
        return figures(account, outcome[1:]) if outcome[0] == "G" else failed(account, f"failure {step}")

    apply(database, AT[0], reading(0, before))
    waiting = [taken(database, AT[step], reading(step, outcome)) for step, outcome in enumerate(outcomes, 1)]
    apply_billing(database, list(reversed(waiting)))
    every = [before, *outcomes]
    found = state(database, account)
    assert found["figures"][0] == (None if good is None else Decimal(every[good][1:]))
    assert found["synced_at"] == (None if good is None else AT[good])
    assert found["attempted_at"] == AT[len(outcomes)]
    assert found["failures"] == failures
    assert found["error"] == (f"failure {len(outcomes)}" if error else None)


def test_each_integration_has_its_own_state(database: Database, add: Add) -> None:
    added = add(OPENROUTER, OPENROUTER, GROQ)
    first, second, silent = (integration(added.client.id, each) for each in added.ids)
    apply(database, AT[0], figures(first, "1"), failed(second))
    assert [state(database, each)["failures"] for each in (first, second, silent)] == [0, 1, 0]
    assert state(database, silent)["attempted_at"] is None


def test_a_key_that_is_repaired_clears_the_error(
    database: Database, vault: Vault, stations: Syncing, shared_sandbox: Sandbox
) -> None:
    """Through every station, against the sandbox: refused, then replaced by a good key, then read."""
    added = add_client(database, vault, ("openrouter", {"api_key": "revoked"}))
    account = integration(added.client.id, added.ids[0])
    run_sync(stations, uuid4())
    refused = state(database, account)
    assert (refused["error"], refused["kind"], refused["failures"]) == ("API key invalid or expired", "refused", 1)
    good = vault.seal({"api_key": "sandbox.management"}, client_id=account.client_id, integration_id=account.id)
    write(database, "update integrations set credentials = :good", good=good)
    run_sync(stations, uuid4())
    repaired = state(database, account)
    assert (repaired["error"], repaired["kind"], repaired["failures"]) == (None, None, 0)
    assert None not in repaired["figures"]
