"""`spend secrets`: every credential under a new key, whatever happens on the way, and never one lost."""

import base64
import stat
from pathlib import Path

import pytest

from spend_pipeline.key_ring import vault
from spend_pipeline.providers import PROVIDERS
from spend_pipeline.settings import Settings
from spend_pipeline.store import clients, integrations, resealing
from spend_pipeline.store.database import Database
from spend_pipeline.store.vault import Vault, renew_key_file, ring, ring_in_file
from spend_pipeline_tests.cli.conftest import Spend
from spend_pipeline_tests.store.books import read, scalar, write

SEALED = "select id, client_id, credentials from integrations where credentials <> '' order by id"


def key(letter: str) -> str:
    return base64.b64encode(letter.encode() * 32).decode()


def plain(number: int) -> dict[str, str]:
    return {"api_key": f"sk-or-v1-of-{number:04}"}


def fill(database: Database, keys: Vault, integrations_wanted: int) -> None:
    client, _ = clients.add(database, "acme")
    for number in range(1, integrations_wanted + 1):
        integrations.add(database, keys, client, PROVIDERS["openrouter"], plain(number))


def opened(database: Database, keys: Vault) -> list[dict[str, str]]:
    return [
        dict(keys.open(row["credentials"], client_id=row["client_id"], integration_id=row["id"]))
        for row in read(database, SEALED)
    ]


def test_the_key_file_gets_a_new_key_and_every_credential_moves(
    spend: Spend, database: Database, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In more batches than one; and what holds the ring of a moment ago goes on, in both directions."""
    monkeypatch.setattr(resealing, "BATCH", 3)
    before = vault(Settings(home=home), database)
    fill(database, before, 7)
    said = spend("secrets", "rotate", "--json").json
    assert (said["made"], said["moved"], said["unreadable"]) == (True, 7, [])
    assert said["key"] != before.first
    assert said["keys"] == [
        {"key": said["key"], "here": True, "seals": True, "integrations": 7, "channels": 0},
        {"key": before.first, "here": True, "seals": False, "integrations": 0, "channels": 0},
    ]
    file = home / "secret.key"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [each.name for each in home.iterdir() if each.name.startswith("tmp")] == []
    assert opened(database, ring(file.read_text().split(",")[0])) == [plain(number) for number in range(1, 8)]
    assert opened(database, before) == [plain(number) for number in range(1, 8)], "a running process reads it again"


def test_a_rotation_that_was_killed_goes_on_with_the_same_key(spend: Spend, database: Database, home: Path) -> None:
    """After the new key was written and a part of the credentials moved."""
    fill(database, vault(Settings(home=home), database), 4)
    renew_key_file(home / "secret.key")
    halfway = vault(Settings(home=home), database)
    row = read(database, SEALED)[0]
    moved = halfway.seal(plain(1), client_id=row["client_id"], integration_id=row["id"])
    write(database, "update integrations set credentials = :moved where id = :id", moved=moved, id=row["id"])
    said = spend("secrets", "rotate", "--json").json
    assert (said["key"], said["made"], said["moved"]) == (halfway.first, False, 3)
    again = spend("secrets", "rotate", "--json").json
    assert (again["made"], again["moved"]) == (True, 4)
    assert len((home / "secret.key").read_text().split(",")) == 2, "older keys go once nothing needs them"
    assert opened(database, vault(Settings(home=home), database)) == [plain(number) for number in range(1, 5)]


def test_the_first_key_of_the_setting_is_the_one(
    spend: Spend, database: Database, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Put the new one in front, rotate, take the old one away; twice is as good as once."""
    fill(database, ring(key("a")), 2)
    monkeypatch.setenv("SPEND_SECRET_KEY", f"{key('b')},{key('a')}")
    new = ring(key("b"))
    assert spend("secrets", "rotate", "--json").json["moved"] == 2
    assert spend("secrets", "rotate", "--json").json == {
        "key": new.first,
        "made": False,
        "moved": 0,
        "keys": [
            {"key": new.first, "here": True, "seals": True, "integrations": 2, "channels": 0},
            {"key": ring(key("a")).first, "here": True, "seals": False, "integrations": 0, "channels": 0},
        ],
        "unreadable": [],
    }
    assert opened(database, new) == [plain(1), plain(2)]
    assert not (home / "secret.key").exists()
    assert "Sealed 0 secrets anew under the key" in spend("secrets", "rotate").err


def test_what_cannot_be_opened_is_named_and_left_as_it_is(
    spend: Spend, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Under a key that is gone, damaged, or of another row; the others move."""
    fill(database, ring(key("a")), 4)
    write(
        database,
        "update integrations set credentials = (select credentials from integrations where id = 1) where id = 2",
    )
    write(database, "update integrations set credentials = 'v1.x' where id = 3")
    lost = ring(key("c")).seal(plain(4), client_id=1, integration_id=4)
    write(database, "update integrations set credentials = :lost where id = 4", lost=lost)
    monkeypatch.setenv("SPEND_SECRET_KEY", f"{key('b')},{key('a')}")
    for command in ("rotate", "check"):
        before = read(database, SEALED)[1:]
        ran = spend("secrets", command)
        assert (ran.status, "Traceback" in ran.err) == (1, False)
        assert "cannot be decrypted, and were left as they are: 2, 3, 4." in ran.err
        assert plain(1)["api_key"] not in ran.out + ran.err
        assert read(database, SEALED)[1:] == before
    ring(key("b")).open(read(database, SEALED)[0]["credentials"], client_id=1, integration_id=1)
    reported = spend("secrets", "check", "--json")
    assert reported.status == 1
    assert f'"{ring(key("c")).first}"' in reported.out


def test_a_lost_key_file_is_not_replaced(spend: Spend, database: Database, home: Path) -> None:
    fill(database, vault(Settings(home=home), database), 1)
    (home / "secret.key").unlink()
    for command in ("rotate", "check"):
        assert "is gone, and stored credentials need it" in spend("secrets", command).refused(1)
    assert not (home / "secret.key").exists()


def test_a_sync_without_the_key_fails_each_integration_by_name(
    spend: Spend, script: Spend, database: Database, home: Path
) -> None:
    """And no run: what went wrong is where whoever owns the integration looks."""
    fill(database, vault(Settings(home=home), database), 1)
    spend("integrations", "add", "--client", "acme", "--provider", "groq", "--credential", "api_key=gsk_any")
    (home / "secret.key").rename(home / "away")
    script("sync")
    errors = [row["billing_sync_error"] for row in read(database, "select * from integrations order by id")]
    assert all("cannot be decrypted" in error for error in errors)
    assert len(errors) == 2
    assert not (home / "secret.key").exists()
    (home / "away").rename(home / "secret.key")
    script("sync")
    assert scalar(database, "select count(*) from integrations where billing_sync_error like '%decrypted%'") == 0


def test_a_wrong_key_fails_its_integration_and_no_other(
    spend: Spend, script: Spend, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(database, ring(key("c")), 1)
    monkeypatch.setenv("SPEND_SECRET_KEY", key("a"))
    spend("integrations", "add", "--client", "acme", "--provider", "groq", "--credential", "api_key=gsk_any")
    script("sync")
    wrong, right = read(database, "select billing_sync_error from integrations order by id")
    assert "cannot be decrypted" in wrong["billing_sync_error"]
    assert right["billing_sync_error"] is None


def test_two_who_rotate_at_once_take_turns(database: Database, home: Path) -> None:
    ring_in_file(home / "secret.key", sealed_rows_exist=False)
    with resealing.alone(database):
        held = "select not pg_try_advisory_xact_lock(hashtext('spend-pipeline secrets'))"
        assert scalar(database, held)
    assert not scalar(database, held)
