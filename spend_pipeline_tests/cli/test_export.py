"""`spend export focus`: charges by hand, in the columns that docs/focus.md explains."""

import csv
import io
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from pyarrow import parquet

from spend_pipeline.analytics.focus import COLUMNS
from spend_pipeline.house import TOP
from spend_pipeline.store.database import Database
from spend_pipeline.store.vault import Vault
from spend_pipeline_tests.cli.conftest import Spend
from spend_pipeline_tests.store.books import add_client, figures, integration, taken

NOVEMBER = ("export", "focus", "--from", "2026-11-01", "--to", "2026-11-30")


@pytest.fixture
def spent(database: Database, vault: Vault) -> None:
    """Of one integration: 3.25 spent on the 2nd, then its balance rises from 10 to 60.5 on the 3rd with 1 spent."""
    added = add_client(database, vault, ("openrouter", {"api_key": "any"}), name="acme")
    one = integration(added.client.id, added.ids[0])
    for day, balance, today, month in ((2, "10", "3.25", "3.25"), (3, "60.5", "1", "4.25")):
        taken(database, datetime(2026, 11, day, 23, 59, tzinfo=UTC), figures(one, balance, today, month))


def test_usage_and_purchases(spend: Spend, spent: None) -> None:
    rows = list(csv.DictReader(io.StringIO(spend(*NOVEMBER).out)))
    told = [
        (row["ChargeCategory"], row["ChargePeriodStart"], Decimal(row["BilledCost"]), Decimal(row["EffectiveCost"]))
        for row in rows
        if row["ChargePeriodStart"] >= "2026-11-02"
    ]
    assert told == [
        ("Usage", "2026-11-02T00:00:00Z", Decimal("3.25"), Decimal("3.25")),
        ("Usage", "2026-11-03T00:00:00Z", Decimal(1), Decimal(1)),
        ("Purchase", "2026-11-03T00:00:00Z", Decimal("50.5"), Decimal(0)),
    ]
    assert {row["BillingPeriodEnd"] for row in rows} == {"2026-12-01T00:00:00Z"}
    assert {(row["SubAccountName"], row["ProviderName"], row["BillingCurrency"]) for row in rows} == {
        ("acme", "openrouter", "USD")
    }
    assert list(rows[0]) == [column.name for column in COLUMNS]


def test_parquet_keeps_exact_amounts(spend: Spend, spent: None, tmp_path: Path) -> None:
    file = tmp_path / "focus.parquet"
    assert spend(*NOVEMBER, "--format", "parquet", "--output", str(file)).status == 0
    told = parquet.read_table(file).to_pylist()
    assert [row["BilledCost"] for row in told if row["ChargeCategory"] == "Purchase"] == [Decimal("50.5")]
    assert [each.name for each in tmp_path.iterdir() if each.is_file()] == ["focus.parquet"]
    assert "there already" in spend(*NOVEMBER, "--output", str(file)).refused()


def test_what_cannot_be_is_refused_in_a_sentence(spend: Spend, tmp_path: Path) -> None:
    assert "--from is after --to" in spend("export", "focus", "--from", "2026-11-02", "--to", "2026-11-01").refused()
    assert "--output" in spend(*NOVEMBER, "--format", "parquet").refused()
    assert "cannot be written" in spend(*NOVEMBER, "--output", str(tmp_path / "no" / "x.csv")).refused()


def test_every_column_is_explained() -> None:
    page = (TOP / "docs" / "focus.md").read_text("utf-8")
    for column in COLUMNS:
        assert f"| `{column.name}` | {column.why} |" in page
