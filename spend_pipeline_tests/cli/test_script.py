"""The real script, as a person or a program runs it: its streams, its exit status, and one sync from end to end."""

from pathlib import Path

import pytest

from spend_pipeline.store.database import Database
from spend_pipeline.store.migrations import migrations
from spend_pipeline_tests.cli.conftest import Ran, Spend
from spend_pipeline_tests.store.books import read

WHOLE = ["success", "synced", "failed", "results", "total_balance", "total_usage_month"]


def test_from_a_client_to_its_answer(script: Spend, database: Database) -> None:
    """Added, filled, synced: the same JSON as the endpoint's, one run, and nothing else on stdout."""
    assert script("clients", "add", "acme", "--json").json["name"] == "acme"

    def add(provider: str, key: str) -> int:
        arguments = ["--client", "acme", "--provider", provider, "--credential", "api_key=-", "--json"]
        return int(script("integrations", "add", *arguments, stdin=f"{key}\n").json["id"])

    ids = [add("openrouter", "sandbox.management"), add("fal_ai", "a-key-that-nobody-has")]
    ran = script("sync", "--client", "acme")
    answer = ran.json
    assert list(answer) == WHOLE
    read_row, failed_row = answer["results"]
    assert [read_row["id"], failed_row["id"]] == ids
    assert list(read_row) == ["id", "provider_name", "status", "balance", "usage_today", "usage_month", "synced_at"]
    assert list(failed_row) == ["id", "provider_name", "status", "error", "synced_at"]
    assert failed_row["error"] == "API key invalid or expired"
    assert (answer["synced"], answer["failed"]) == (1, 1)
    assert answer["total_balance"] == read_row["balance"]
    assert "a-key-that-nobody-has" not in ran.out + ran.err
    (sync,) = read(database, "select * from syncs")
    assert (sync["trigger"], sync["finished_at"] is not None) == ("cli", True)
    assert len(read(database, "select * from dagster.runs where status = 'SUCCESS'")) == 1


def test_bad_input_and_failure_end_with_their_status(script: Spend) -> None:
    """2 and 1, on stderr, in one sentence, whatever the script was made of."""
    assert "No such command" in script("nosuch").refused()
    assert "SPEND_HOEM is not a setting" in script("clients", "list", SPEND_HOEM="x").refused()
    away = "postgresql://somebody:a-password@127.0.0.1:1/none"
    assert "cannot be reached" in script("sync", SPEND_DATABASE_URL=away).refused(1)
    unknown: Ran = script("sync", "--provider", "nosuch")
    assert "No provider is named 'nosuch': there are openrouter" in unknown.refused()


def test_a_fresh_home_has_a_database_of_its_own(script: Spend, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The embedded server is started, migrated, answers, and ends with the command that was its last user."""
    monkeypatch.delenv("SPEND_DATABASE_URL")
    known = [migration.name for migration in migrations()]
    assert script("db", "status", "--json").json == {"applied": [], "pending": known}
    assert script("db", "upgrade", "--json").json == {"applied": known}
    assert (home / "postgres").is_dir()
    assert not (home / "postgres" / "postmaster.pid").exists()
