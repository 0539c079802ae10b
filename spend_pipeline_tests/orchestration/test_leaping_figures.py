"""Figures that are hard to believe: stored as given, and shown by a check that warns."""

from datetime import datetime, timedelta
from decimal import Decimal

import dagster as dg
import pytest

from spend_pipeline.integration import Integration
from spend_pipeline.orchestration import checks
from spend_pipeline.orchestration.partitions import range_tags
from spend_pipeline.snapshot import Snapshot
from spend_pipeline.store.database import Database
from spend_pipeline_tests.conftest import NOON
from spend_pipeline_tests.orchestration.conftest import AddClient, RunJob
from spend_pipeline_tests.store.books import failed, figures, read, taken

LATER = NOON + timedelta(hours=4)
NEXT_MONTH = NOON + timedelta(days=10)


@pytest.fixture
def account(add_client: AddClient) -> Integration:
    client, (integration,) = add_client("acme", ("openrouter", {"api_key": "sandbox.management"}))
    return Integration(integration, client, "openrouter", "sealed")


def doubts(database: Database, first: Snapshot, second: Snapshot, at: datetime = LATER) -> list[tuple[str, str]]:
    """What the check shows of a second reading after a first, as figure and doubt."""
    taken(database, NOON, first)
    result = checks.no_figure_leaps(database, taken(database, at, second))
    assert result.severity == dg.AssetCheckSeverity.WARN
    table = result.metadata["hard to believe"]
    assert isinstance(table, dg.TableMetadataValue)
    assert result.passed is not bool(table.records)
    return [(str(row.data["figure"]), str(row.data["doubt"])) for row in table.records]


@pytest.mark.parametrize(
    ("before", "now", "doubt"),
    [
        (("10", "1", "5"), ("10000", "1", "5"), [("balance", "a thousandfold")]),
        (("10", "1", "5"), ("-10000", "1", "5"), [("balance", "a thousandfold")]),
        (("10", "1", "5"), ("10", "1", "5000"), [("usage_month", "a thousandfold")]),
        (("10", "1", "5"), ("10", "1", "4.99"), [("usage_month", "less of the same month")]),
        (("10", "1", "5"), ("10", "1", "0"), [("usage_month", "less of the same month")]),
        (("0.01", "0", "0"), ("500", "0", "0"), []),
        (("10", "1", "5"), ("9999.99", "2", "5"), []),
        (("10", "1", "5"), ("0", "1", "5"), []),
        (("10", "1", "5"), (None, "1", "5"), []),
        ((None, "1", None), ("1000000", "1", "5000000"), []),
    ],
)
def test_what_is_hard_to_believe_is_shown(
    database: Database,
    account: Integration,
    before: tuple[str | None, ...],
    now: tuple[str | None, ...],
    doubt: list[tuple[str, str]],
) -> None:
    """A top-up of cents is no leap, and what was unknown before can be anything."""
    assert doubts(database, figures(account, *before), figures(account, *now)) == doubt


def test_another_currency_is_shown_for_each_figure(database: Database, account: Integration) -> None:
    before, now = figures(account, "10", "1", "5"), figures(account, "10", "1", "5", currency="CNY")
    assert doubts(database, before, now) == [("balance", "another currency"), ("usage_month", "another currency")]


def test_a_new_month_begins_at_nothing(database: Database, account: Integration) -> None:
    """Less than last month is no fall, and more is no leap."""
    assert doubts(database, figures(account, "10", "1", "5000"), figures(account, "10", "1", "1"), NEXT_MONTH) == []


def test_the_reading_before_is_the_last_that_was_read(database: Database, account: Integration) -> None:
    """A failure in between hides no leap."""
    taken(database, NOON - timedelta(hours=1), figures(account, "10", "1", "5"))
    assert doubts(database, failed(account), figures(account, "10", "1", "4")) == [
        ("usage_month", "less of the same month")
    ]


def test_a_run_warns_and_stores_what_the_provider_said(
    run_job: RunJob, account: Integration, database: Database
) -> None:
    """The run is a success, the row is as sent, and the offending rows stand in the check's metadata."""
    taken(database, NOON - timedelta(days=700), figures(account, "10", "1", "5", currency="EUR"))
    result = run_job(range_tags(["openrouter"]))
    assert result.success
    (check,) = [each for each in result.get_asset_check_evaluations() if each.check_name == "no_figure_leaps"]
    assert (check.passed, check.severity) == (False, dg.AssetCheckSeverity.WARN)
    assert "another currency" in str(check.metadata)
    latest = "select balance, balance_currency, status from spend_snapshots order by synced_at desc limit 1"
    (row,) = read(database, latest)
    assert (row["status"], row["balance_currency"]) == ("read", "USD")
    assert row["balance"] > Decimal(0)
