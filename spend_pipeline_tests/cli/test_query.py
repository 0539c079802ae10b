"""`spend query`: what people and programs get of the ready-made questions."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from pyarrow import parquet

from spend_pipeline.store.database import Database
from spend_pipeline.store.questions import questions
from spend_pipeline.store.vault import Vault
from spend_pipeline_tests.cli.conftest import Spend
from spend_pipeline_tests.store.books import add_client, apply_billing, figures, integration, taken

ACME = ("query", "burn_rate", "--client", "acme")
EXACT = Decimal("47.830000000000000001")


@pytest.fixture
def spent(database: Database, vault: Vault) -> None:
    """Two clients; of acme a balance with eighteen decimals, read an hour ago."""
    moment = datetime.now(UTC) - timedelta(hours=1)
    for name, balance in (("acme", str(EXACT)), ("zeta", "1")):
        added = add_client(database, vault, ("openrouter", {"api_key": "any"}), name=name)
        reading = figures(integration(added.client.id, added.ids[0]), balance, "2", "9")
        apply_billing(database, [taken(database, moment, reading)])


def test_without_a_name_it_lists_the_questions(spend: Spend) -> None:
    assert {row["question"]: row["asks"] for row in spend("query", "--format", "json").json} == {
        question.name: question.asks for question in questions().values()
    }


def test_a_table_csv_and_json_tell_the_same(spend: Spend, spent: None) -> None:
    """Amounts are exact where programs read them."""
    assert "openrouter" in spend(*ACME).out
    (row,) = csv.DictReader(io.StringIO(spend(*ACME, "--format", "csv").out))
    (same,) = spend(*ACME, "--format", "json").json
    assert (row["client"], row["balance"]) == (same["client"], same["balance"]) == ("acme", f"{EXACT}")


def test_parquet_keeps_exact_amounts_and_moments(spend: Spend, spent: None, tmp_path: Path) -> None:
    for name in questions():
        file = tmp_path / f"{name}.parquet"
        ran = spend("query", name, "--format", "parquet", "--output", str(file))
        assert (ran.status, ran.out) == (0, ""), ran.err
        assert "client" in parquet.read_table(file).column_names
    (acme, _) = sorted(
        parquet.read_table(tmp_path / "burn_rate.parquet").to_pylist(), key=lambda row: str(row["client"])
    )
    assert acme["balance"] == EXACT
    assert acme["read_at"].tzinfo is not None


def test_it_can_be_about_one_client(spend: Spend, spent: None) -> None:
    (row,) = spend("query", "freshness", "--client", "zeta", "--format", "json").json
    assert row["client"] == "zeta"
    assert "nobody" in spend("query", "freshness", "--client", "nobody").refused()


def test_what_cannot_be_is_refused_in_a_sentence(spend: Spend, tmp_path: Path) -> None:
    assert "burn_rate" in spend("query", "burn").refused()
    assert "--output" in spend("query", "burn_rate", "--format", "parquet").refused()
    assert "--output" in spend("query", "burn_rate", "--output", str(tmp_path / "x")).refused()
    nowhere = str(tmp_path / "no" / "x")
    assert "cannot be written" in spend("query", "burn_rate", "--format", "parquet", "--output", nowhere).refused()


def test_an_empty_answer_is_said(spend: Spend) -> None:
    assert json.loads(spend("query", "unusual_days", "--format", "json").out) == []
    assert "Nothing to tell yet" in spend("query", "unusual_days").err
