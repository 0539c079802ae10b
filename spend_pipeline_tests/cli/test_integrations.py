"""`spend integrations` and `spend providers`: added with sealed credentials, listed without them, switched, removed."""

import io
import json
from pathlib import Path

import pytest

from spend_pipeline.key_ring import vault
from spend_pipeline.providers import PROVIDERS
from spend_pipeline.settings import load
from spend_pipeline.store import integrations
from spend_pipeline.store.database import Database
from spend_pipeline_tests.cli.conftest import Ran, Spend
from spend_pipeline_tests.store.books import read, scalar

SECRET = "sk-or-v1-0123456789abcdef"


@pytest.fixture
def add(spend: Spend) -> Spend:
    """`spend integrations add` for a client that is there."""
    spend("clients", "add", "acme")

    def run(provider: str, *credentials: str, client: str = "acme") -> Ran:
        given = [part for credential in credentials for part in ("--credential", credential)]
        return spend("integrations", "add", "--client", client, "--provider", provider, *given, "--json")

    return run


def opened(database: Database, integration_id: int) -> dict[str, str]:
    """The credentials as they are sealed."""
    row = integrations.by_id(database, integration_id)
    keys = vault(load(), database)
    return dict(keys.open(row["credentials"], client_id=row["client_id"], integration_id=row["id"]))


def test_an_integration_is_added_and_its_key_sealed(add: Spend, database: Database, home: Path) -> None:
    """In a home that was not there: the key file is made beside nothing else."""
    added = add("openrouter", f"api_key={SECRET}").json
    assert list(added) == ["id"]
    assert opened(database, added["id"]) == {"api_key": SECRET}
    assert SECRET not in str(read(database, "select * from integrations"))
    assert (home / "secret.key").stat().st_mode & 0o777 == 0o600


def test_no_secret_is_ever_printed(add: Spend, spend: Spend) -> None:
    ran = add("openrouter", f"api_key={SECRET}")
    ran_again = add("openrouter", f"api_key={SECRET}", f"nosuch={SECRET}")
    listings = [spend("integrations", "list"), spend("integrations", "list", "--json")]
    assert SECRET not in "".join(each.out + each.err for each in (ran, ran_again, *listings))
    assert listings[1].json[0]["key_preview"] == {"api_key": "sk-o...def"}


def test_the_list_is_json_for_programs(add: Spend, spend: Spend) -> None:
    added = add("groq", "api_key=gsk_0123456789").json
    (row,) = spend("integrations", "list", "--json").json
    assert (
        row.items()
        >= {
            "id": added["id"],
            "client": "acme",
            "provider_name": "groq",
            "is_active": True,
            "cached_balance": None,
            "billing_synced_at": None,
            "billing_sync_error": None,
            "consecutive_failures": 0,
        }.items()
    )
    spend("clients", "add", "other")
    assert spend("integrations", "list", "--client", "other", "--json").json == []
    assert "No client is named" in spend("integrations", "list", "--client", "nobody").refused()


def test_a_reference_is_kept_as_one(
    add: Spend, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From any folder it means the same file; what it points at is not stored."""
    monkeypatch.setenv("OPENROUTER_KEY", SECRET)
    assert opened(database, add("openrouter", "api_key=env:OPENROUTER_KEY").json["id"]) == {
        "api_key": "env:OPENROUTER_KEY"
    }
    (tmp_path / "key").write_text(SECRET)
    monkeypatch.chdir(tmp_path)
    assert opened(database, add("openrouter", "api_key=file:key").json["id"]) == {"api_key": f"file:{tmp_path / 'key'}"}


@pytest.mark.parametrize(
    ("credential", "sentence"),
    [
        ("api_key=env:NO_SUCH_VARIABLE", "the environment variable NO_SUCH_VARIABLE, which is not set"),
        ("api_key=file:/no/such/file", "the file /no/such/file, which cannot be read"),
        ("api_key=", "The credential 'api_key' is empty"),
        ("api_key=two words", "holds a space"),
        ("api_key", "--credential takes KEY=VALUE, and KEY is one of: api_key"),
        ("=value", "--credential takes KEY=VALUE"),
        ("token=value", "OpenRouter has no credential 'token': it takes api_key"),
    ],
)
def test_a_wrong_credential_is_named(add: Spend, database: Database, credential: str, sentence: str) -> None:
    assert sentence in add("openrouter", credential).refused()
    assert scalar(database, "select count(*) from integrations") == 0


def test_a_value_of_minus_is_read_from_standard_input(
    add: Spend, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{SECRET}\n"))
    assert opened(database, add("openrouter", "api_key=-").json["id"]) == {"api_key": SECRET}


def test_unknown_names_list_the_right_ones(add: Spend) -> None:
    assert add("nosuch", "api_key=x").refused() == f"No provider is named 'nosuch': there are {', '.join(PROVIDERS)}"
    assert "No client is named 'nobody'" in add("groq", "api_key=x", client="nobody").refused()
    assert "given twice" in add("openrouter", "api_key=x", "api_key=y").refused()
    assert "needs the credentials" in add("google_ai", "billing_table=a.b.c").refused()


def test_an_integration_is_switched_and_removed(add: Spend, spend: Spend, database: Database) -> None:
    added = str(add("groq", "api_key=gsk_0123456789").json["id"])
    for command, active in (("disable", False), ("enable", True)):
        assert spend("integrations", command, added).status == 0
        assert scalar(database, "select is_active from integrations") is active
    assert spend("integrations", "remove", added).status == 0
    assert spend("integrations", "list", "--json").json == []
    for command in ("enable", "disable", "remove"):
        assert f"No integration has the id {added}" in spend("integrations", command, added).refused()
    assert "No integration has the id 7777" in spend("integrations", "set-balance", "7777", "1").refused()


def test_a_balance_is_recorded(add: Spend, spend: Spend) -> None:
    added = str(add("mistral", "api_key=sandbox.admin").json["id"])
    assert (
        spend("integrations", "set-balance", added, "99.50", "--as-of", "2026-11-01", "--currency", "eur").status == 0
    )
    (row,) = spend("integrations", "list", "--json").json
    recorded = [row[f"recorded_balance{more}"] for more in ("", "_currency", "_as_of")]
    assert recorded == ["99.50", "EUR", "2026-11-01T00:00:00Z"]
    assert spend("integrations", "set-balance", added, "12.5").status == 0
    assert spend("integrations", "list", "--json").json[0]["recorded_balance"] == "12.5"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["a lot"], "is not an amount of money"),
        (["nan"], "is not an amount of money"),
        (["1e99"], "is not an amount of money"),
        (["100", "--currency", "dollars"], "is not an amount of money"),
        (["100", "--as-of", "2999-01-01"], "is in the future"),
        (["100", "--as-of", "yesterday"], "is not a date or time"),
        (["100", "--as-of", "2026-11-31"], "is not a date or time"),
    ],
)
def test_a_wrong_balance_is_refused(add: Spend, spend: Spend, arguments: list[str], sentence: str) -> None:
    added = str(add("mistral", "api_key=sandbox.admin").json["id"])
    assert sentence in spend("integrations", "set-balance", added, *arguments).refused()
    assert spend("integrations", "list", "--json").json[0]["recorded_balance"] is None


@pytest.mark.parametrize(
    ("provider", "sentence"),
    [("openrouter", "tells its balance itself"), ("groq", "tells no spend with these credentials")],
)
def test_a_balance_nobody_could_follow_is_refused(add: Spend, spend: Spend, provider: str, sentence: str) -> None:
    added = str(add(provider, "api_key=sandbox.management").json["id"])
    assert sentence in spend("integrations", "set-balance", added, "100").refused()


def test_credentials_that_cannot_be_opened_are_a_failure(
    add: Spend, spend: Spend, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The key was replaced by another: one sentence, and nothing else is lost."""
    added = str(add("mistral", "api_key=sandbox.admin").json["id"])
    monkeypatch.setenv("SPEND_SECRET_KEY", "A" * 43 + "=")
    assert "cannot be decrypted" in spend("integrations", "set-balance", added, "1").refused(1)
    monkeypatch.setenv("SPEND_SECRET_KEY", "too short")
    assert "SPEND_SECRET_KEY is not 32 bytes" in spend("integrations", "set-balance", added, "1").refused()


def test_a_lost_key_file_is_a_failure(add: Spend, home: Path) -> None:
    add("openrouter", f"api_key={SECRET}")
    (home / "secret.key").unlink()
    assert "is gone, and stored credentials need it" in add("openrouter", f"api_key={SECRET}").refused(1)


def test_providers_are_listed_from_their_declarations(spend: Spend) -> None:
    rows = spend("providers", "--json").json
    assert [row["name"] for row in rows] == list(PROVIDERS)
    for row in rows:
        assert {"name", "label", "balance", "usage_today", "usage_month", "credentials", "source"} <= set(row)
        assert list(row["credentials"]) == [each.name for each in PROVIDERS[row["name"]].credentials]
    groq = next(row for row in rows if row["name"] == "groq")
    assert {groq[name]["basis"] for name in ("balance", "usage_today", "usage_month")} == {"not told"}
    table = spend("providers").out
    assert all(name in table for name in PROVIDERS)
    assert json.dumps(rows)
