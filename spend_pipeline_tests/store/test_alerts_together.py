"""Budgets over all of a client's integrations: what is missing is not zero, and a known excess is one."""

from datetime import datetime

import pytest

from spend_pipeline.snapshot import Snapshot
from spend_pipeline.store.database import Database
from spend_pipeline_tests.conftest import NOON
from spend_pipeline_tests.store.alerting import HOURS, QUIET, Watched, changes, later
from spend_pipeline_tests.store.books import GROQ, OPENROUTER, failed, integration, read
from spend_pipeline_tests.store.conftest import Add


@pytest.fixture
def watched(add: Add, database: Database) -> Watched:
    return Watched(database, add(OPENROUTER, OPENROUTER))


def test_balances_count_together_each_account_once(add: Add, database: Database) -> None:
    """A provider that tells no balance adds nothing, as in the totals."""
    watched = Watched(database, add(OPENROUTER, OPENROUTER, GROQ))
    watched.together(low_balance_amount=10)
    assert changes(watched.read(NOON, *_three(watched, "6", "5"))) == QUIET
    assert changes(watched.read(later(1), *_three(watched, "6", "3"))) == (1, 0)
    assert changes(watched.read(later(2), *_three(watched, "6", "4"))) == (0, 1)
    (alert,) = read(database, "select integration_id, figure from alerts")
    assert (alert["integration_id"], alert["figure"]) == (None, 9)


def test_what_is_missing_is_not_zero(watched: Watched) -> None:
    """A balance that was told before, one never read, one that fails: the sum is unknown, or stays what it was."""
    watched.together(low_balance_amount=10, spend_limit_amount=100)
    other = integration(watched.client_id, watched.added.ids[1])
    assert changes(watched.read(NOON, watched.figures(0, "6", "1", "60"), failed(other))) == QUIET
    assert changes(watched.read(later(1), *_two(watched, "6", "5"))) == QUIET
    assert changes(watched.read(later(2), watched.figures(0, "6", "1", "60"), failed(other))) == QUIET
    assert changes(watched.read(later(3), *_two(watched, "6", None))) == QUIET
    assert changes(watched.read(later(4), *_two(watched, "6", "3"))) == (1, 0)
    assert changes(watched.read(later(5), *_two(watched, "60", None))) == QUIET
    assert changes(watched.read(later(6), *_two(watched, "60", "3"))) == (0, 1)


def test_spend_that_is_known_is_enough_to_be_above_a_limit_but_not_below(watched: Watched) -> None:
    """A failing integration cannot hide an excess; its absence is no recovery, but a new month's figures are."""
    watched.together(spend_limit_amount=100)
    other = integration(watched.client_id, watched.added.ids[1])
    assert changes(watched.read(NOON, watched.figures(0, None, "1", "101"), failed(other))) == (1, 0)
    assert changes(watched.read(later(1), watched.figures(0, None, "1", "90"), failed(other))) == QUIET
    month = datetime.fromisoformat("2026-12-01T04:00+00:00")
    assert changes(watched.read(month, failed(integration(watched.client_id, watched.added.ids[0])))) == QUIET
    assert changes(watched.read(month + HOURS, watched.figures(0, None, "1", "1"), failed(other))) == (0, 1)


def test_days_left_of_all_balances_at_their_pace_together(watched: Watched) -> None:
    watched.together(low_days_left=7)
    watched.spent_lately(NOON, "2", 0)
    watched.spent_lately(NOON, "1", 1)
    assert changes(watched.read(NOON, *_two(watched, "3", "18"))) == QUIET
    assert changes(watched.read(later(1), *_two(watched, "3", "17"))) == (1, 0)
    other = integration(watched.client_id, watched.added.ids[1])
    assert changes(watched.read(later(2), watched.figures(0, "300", "1", "60"), failed(other))) == QUIET
    assert changes(watched.read(later(2.5), *_two(watched, "3", "21"))) == (0, 1)


def _two(watched: Watched, first: str, second: str | None) -> list[Snapshot]:
    return [watched.figures(0, first, "1", "60"), watched.figures(1, second, "1", "10")]


def _three(watched: Watched, first: str, second: str) -> list[Snapshot]:
    return [*_two(watched, first, second), watched.figures(2, None, None, None)]
