"""The FOCUS export under the FinOps Foundation's own validator, which `make focus` installs and calls this with."""

import os
import re
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from spend_pipeline.store.database import Database
from spend_pipeline.store.vault import Vault
from spend_pipeline_tests.cli.conftest import Spend
from spend_pipeline_tests.store.books import add_client, figures, integration, taken

VALIDATOR = os.environ.get("FOCUS_VALIDATOR", "")
UNAVOIDABLE = {"InvoiceId-C-005-C"}  # null breaks this rule, any value another, and without the column seven fail

pytestmark = pytest.mark.skipif(not VALIDATOR, reason="`make focus` installs the validator, which wants Python 3.12")


def test_the_validator_finds_nothing_that_is_not_explained(
    database: Database, vault: Vault, spend: Spend, tmp_path: Path
) -> None:
    """It always ends with 0, so what it prints is read."""
    added = add_client(database, vault, ("openrouter", {"api_key": "any"}), ("deepseek", {"api_key": "any"}))
    for number, name in zip(added.ids, ("openrouter", "deepseek"), strict=True):
        of = integration(added.client.id, number, name)
        for day, balance, today, month in (
            (2, "10", "3.25", "3.25"),
            (3, "60.5", "1", "4.25"),
            (4, "60", "0.5", "4.75"),
        ):
            taken(database, datetime(2026, 11, day, 23, 59, tzinfo=UTC), figures(of, balance, today, month))
    file = tmp_path / "november.csv"
    asked = ("export", "focus", "--from", "2026-11-01", "--to", "2026-11-30", "--output", str(file))
    assert spend(*asked).status == 0
    said = validated(file)
    assert "PASS" in said
    assert set(re.findall(r"(\S+): FAIL", said)) <= UNAVOIDABLE


def validated(file: Path) -> str:
    """What the validator says of a file: it looks for its list of currencies below the folder it is called in."""
    home = next(Path(VALIDATOR).parent.parent.glob("lib/python3*/site-packages"))
    words = [VALIDATOR, "--data-file", str(file), "--validate-version", "1.2.0.1", "--block-download"]
    done = subprocess.run(
        [*words, "--focus-dataset", "CostAndUsage"], cwd=home, capture_output=True, text=True, check=True, timeout=300
    )
    return done.stdout + done.stderr
