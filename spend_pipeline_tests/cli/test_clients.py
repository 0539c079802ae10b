"""`spend clients` and `spend db`: what they print, and what they refuse."""

import pytest
from sqlalchemy import make_url

from spend_pipeline.store import clients
from spend_pipeline.store.database import Database
from spend_pipeline.store.migrations import migrations
from spend_pipeline.tokens import well_formed
from spend_pipeline_tests.cli.conftest import Spend
from spend_pipeline_tests.store.books import write


def test_a_client_is_added_and_its_token_shown_once(spend: Spend, database: Database) -> None:
    added = spend("clients", "add", "acme", "--json").json
    assert list(added) == ["id", "name", "token"]
    assert (added["name"], well_formed(added["token"])) == ("acme", True)
    found = clients.by_token(database, added["token"])
    assert found is not None
    assert found.id == added["id"]
    for listing in (spend("clients", "list"), spend("clients", "list", "--json")):
        assert "acme" in listing.out
        assert added["token"] not in listing.out + listing.err


def test_without_json_the_token_is_all_there_is_on_stdout(spend: Spend) -> None:
    """So that a shell can keep it in a variable."""
    ran = spend("clients", "add", "acme")
    assert ran.status == 0
    assert well_formed(ran.out.strip())
    assert "shown only now" in ran.err


def test_the_list_is_json_for_programs(spend: Spend) -> None:
    assert spend("clients", "list", "--json").json == []
    spend("clients", "add", "acme")
    (row,) = spend("clients", "list", "--json").json
    state = ["is_active", "integrations", "tokens", "last_used_at", "expires_at"]
    assert list(row) == ["id", "name", *state, "created_at"]
    assert [row[name] for name in state] == [True, 0, 1, None, None]
    assert row["created_at"].endswith("Z")


def test_a_client_is_disabled_and_enabled(spend: Spend, database: Database) -> None:
    spend("clients", "add", "acme")
    assert spend("clients", "disable", "acme").status == 0
    assert not clients.by_name(database, "acme").is_active
    assert spend("clients", "enable", "acme").status == 0
    assert clients.by_name(database, "acme").is_active


def test_a_rotated_token_replaces_the_old_one(spend: Spend, database: Database) -> None:
    old = spend("clients", "add", "acme", "--json").json
    new = spend("clients", "rotate-token", "acme", "--json").json
    assert list(new) == ["id", "name", "token"]
    assert new["id"] == old["id"]
    assert clients.by_token(database, old["token"]) is None
    assert clients.by_token(database, new["token"])


def test_a_token_that_expires_and_one_that_is_added_and_revoked(spend: Spend, database: Database) -> None:
    spend("clients", "add", "acme", "--expires", "90d")
    second = spend("clients", "add-token", "acme", "--json").json
    first, added = spend("clients", "tokens", "acme", "--json").json
    assert list(first) == ["id", "token_preview", "works", "created_at", "last_used_at", "expires_at"]
    assert first["expires_at"].endswith("Z")
    assert (added["works"], added["expires_at"]) == (True, None)
    assert second["token"] not in spend("clients", "tokens", "acme").out
    assert spend("clients", "revoke-token", "acme", str(added["id"])).status == 0
    assert clients.by_token(database, second["token"]) is None
    assert [row["works"] for row in spend("clients", "tokens", "acme", "--json").json] == [True, False]


def test_an_overlap_keeps_the_old_token_for_a_while(spend: Spend, database: Database) -> None:
    old = spend("clients", "add", "acme", "--json").json
    new = spend("clients", "rotate-token", "acme", "--overlap", "24h", "--json").json
    for token in (old["token"], new["token"]):
        assert clients.by_token(database, token)


@pytest.mark.parametrize("given", ["", "90", "d", "-1d", "0d", "1y", "90 d", "9999999d", "1.5h", "٣d"])
def test_a_duration_that_is_none_is_refused(spend: Spend, given: str) -> None:
    assert "write it like 90d" in spend("clients", "add", "acme", "--expires", given).refused()


@pytest.mark.parametrize("command", ["enable", "disable", "rotate-token", "add-token", "tokens"])
def test_an_unknown_client_is_named(spend: Spend, command: str) -> None:
    assert "No client is named 'nobody'" in spend("clients", command, "nobody").refused()


def test_a_taken_or_empty_name_is_refused(spend: Spend) -> None:
    spend("clients", "add", "acme")
    assert "is there already" in spend("clients", "add", "acme").refused()
    assert "needs a name" in spend("clients", "add", " ").refused()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["nosuch"], "No such command 'nosuch'"),
        (["clients", "nosuch"], "No such command 'nosuch'"),
        (["clients", "add"], "Missing argument"),
        (["clients", "add", "a", "b"], "unexpected extra argument"),
        (["clients", "list", "--nosuch"], "No such option"),
        (["integrations", "remove", "one"], "Invalid value"),
        (["integrations", "remove", "0"], "Invalid value"),
        (["integrations", "remove", str(2**63)], "Invalid value"),
        (["up", "--api-port", "http"], "Invalid value"),
    ],
)
def test_a_wrong_command_line_is_one_sentence(spend: Spend, arguments: list[str], sentence: str) -> None:
    assert sentence in spend(*arguments).refused()


@pytest.mark.parametrize("arguments", [[], ["clients"], ["integrations"], ["db"]])
def test_without_a_command_the_help_is_shown(spend: Spend, arguments: list[str]) -> None:
    ran = spend(*arguments)
    assert ran.status == 2
    assert "Usage" in ran.out + ran.err
    assert "spend: " not in ran.err


def test_the_database_says_where_and_how_it_is(spend: Spend, database: Database) -> None:
    plain = database.url.replace("+psycopg2", "")
    assert spend("db", "url").out == f"{plain}\n"
    assert spend("db", "url", "--json").json == {"url": plain}
    known = [migration.name for migration in migrations()]
    assert spend("db", "status", "--json").json == {"applied": known, "pending": []}
    assert spend("db", "upgrade", "--json").json == {"applied": []}
    assert "up to date" in spend("db", "upgrade").err


def test_a_newer_database_is_a_failure_and_no_bad_input(spend: Spend, database: Database) -> None:
    write(database, "insert into schema_migrations (version, name, checksum) values (9999, 'of tomorrow', '')")
    for command in (["clients", "list"], ["db", "status"], ["db", "upgrade"]):
        assert "newer than this release" in spend(*command).refused(1)


@pytest.mark.parametrize(
    ("url", "status", "sentence"),
    [
        ("postgresql://somebody:a-password@127.0.0.1:1/none", 1, "The database cannot be reached"),
        ("mysql://somebody:a-password@h/d", 2, "SPEND_DATABASE_URL is malformed"),
        ("somebody:a-password", 2, "SPEND_DATABASE_URL is malformed"),
        ("postgresql://somebody:a-password@h", 2, "use postgresql://user:password@host:5432/name"),
    ],
)
def test_a_wrong_database_url(
    spend: Spend, monkeypatch: pytest.MonkeyPatch, url: str, status: int, sentence: str
) -> None:
    monkeypatch.setenv("SPEND_DATABASE_URL", url)
    refused = spend("clients", "list").refused(status)
    assert sentence in refused
    assert "a-password" not in refused


def test_a_database_that_is_not_there(spend: Spend, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    other = make_url(database.url).set(database="no_such_database").render_as_string(hide_password=False)
    monkeypatch.setenv("SPEND_DATABASE_URL", other)
    assert "cannot be reached" in spend("clients", "list").refused(1)


def test_a_home_that_cannot_be_used(spend: Spend, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SPEND_DATABASE_URL")
    monkeypatch.setenv("SPEND_HOME", "/dev/null/home")
    assert "SPEND_HOME is a folder that cannot be used" in spend("clients", "list").refused()
