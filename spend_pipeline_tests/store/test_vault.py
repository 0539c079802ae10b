"""The vault: sealed to one row, opened by any key of the ring, and a key file that is made once."""

import base64
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import pytest

from spend_pipeline.errors import NotConfigured, Unavailable, UserError
from spend_pipeline.key_ring import vault as vault_in_force
from spend_pipeline.sandbox.server import Sandbox
from spend_pipeline.settings import Settings
from spend_pipeline.store import integrations
from spend_pipeline.store.database import Database
from spend_pipeline.store.vault import Vault, ring, ring_in_file
from spend_pipeline_tests.store.books import OPENROUTER, add_client, read, run_sync, scalar, stations, write
from spend_pipeline_tests.store.conftest import Add

SECRET = {"api_key": "sk-or-v1-very-secret"}
ROW = {"client_id": 1, "integration_id": 2}


def key(letter: str) -> str:
    return base64.b64encode(letter.encode() * 32).decode()


def test_what_is_sealed_is_opened_and_not_seen(vault: Vault) -> None:
    sealed = vault.seal(SECRET, **ROW)
    assert vault.open(sealed, **ROW) == SECRET
    assert "secret" not in sealed
    assert sealed != vault.seal(SECRET, **ROW)
    assert "0000" not in repr(vault)


@pytest.mark.parametrize("row", [{"client_id": 2, "integration_id": 2}, {"client_id": 1, "integration_id": 3}])
def test_a_ciphertext_is_worth_nothing_in_another_row(vault: Vault, row: dict[str, int]) -> None:
    with pytest.raises(NotConfigured, match="not sealed for this integration"):
        vault.open(vault.seal(SECRET, **ROW), **row)


def test_a_credential_copied_in_the_database_is_a_failed_row(
    database: Database, vault: Vault, add: Add, shared_sandbox: Sandbox
) -> None:
    """One client's key cannot be made to read for another by copying its ciphertext; the others are read."""
    rich, thief = add(OPENROUTER), add(OPENROUTER)
    copy = "update integrations set credentials = (select credentials from integrations where id = :of) where id = :id"
    write(database, copy, of=rich.ids[0], id=thief.ids[0])
    run_sync(stations(database, vault, shared_sandbox), uuid4())
    good, bad = read(database, "select status, error_kind, error from spend_snapshots order by integration_id")
    assert good["status"] == "read"
    assert (bad["status"], bad["error_kind"]) == ("failed", "not_configured")
    assert "cannot be decrypted" in bad["error"]


def test_the_first_key_seals_and_any_opens() -> None:
    old, new, both = ring(key("a")), ring(key("b")), ring(f"{key('b')}, {key('a')}")
    assert both.open(old.seal(SECRET, **ROW), **ROW) == SECRET
    assert new.open(both.seal(SECRET, **ROW), **ROW) == SECRET
    with pytest.raises(NotConfigured, match="is not in SPEND_SECRET_KEY or the key file"):
        old.open(both.seal(SECRET, **ROW), **ROW)


@pytest.mark.parametrize("cut", [0, 1, 8, 12, 13, 27])
def test_a_damaged_text_cannot_be_decrypted(vault: Vault, cut: int) -> None:
    """Whatever is left of it: never another kind of error, never a part of the plain text."""
    version, key_id, body = vault.seal(SECRET, **ROW).split(".")
    rest = base64.b64encode(base64.b64decode(body)[:cut]).decode()
    for damaged in (f"{version}.{key_id}.{rest}", f"{version}.{key_id}", rest, "", f"v9.{key_id}.{body}", "v1.k.é"):
        with pytest.raises(NotConfigured, match="cannot be decrypted"):
            vault.open(damaged, **ROW)


@pytest.mark.parametrize("text", ["", "short", key("a")[:-4], f"{key('a')},", "é" * 44, base64.b64encode(b"x" * 33)])
def test_a_malformed_key_is_refused_and_not_quoted(text: str | bytes) -> None:
    text = text if isinstance(text, str) else text.decode()
    with pytest.raises(UserError, match="SPEND_SECRET_KEY is not 32 bytes in base64") as refused:
        ring(text)
    assert not text or text not in str(refused.value)


def test_url_safe_base64_is_base64() -> None:
    """`python -c 'import secrets; ...'` and openssl write different alphabets."""
    plain = base64.b64encode(b"\xff" * 32).decode()
    assert ring(base64.urlsafe_b64encode(b"\xff" * 32).decode()).keys == ring(plain).keys


def test_the_key_file_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "home" / "secret.key"
    made = ring_in_file(path, sealed_rows_exist=False)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert os.listdir(path.parent) == ["secret.key"]
    assert ring_in_file(path, sealed_rows_exist=True).keys == made.keys


def test_processes_that_start_together_share_one_key(tmp_path: Path) -> None:
    path = tmp_path / "secret.key"
    with ThreadPoolExecutor(16) as threads:
        made = list(threads.map(lambda _: ring_in_file(path, sealed_rows_exist=False).keys, range(64)))
    assert all(keys == made[0] for keys in made)


def test_a_lost_key_is_never_replaced_while_sealed_rows_need_it(database: Database, tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    add_client(database, vault_in_force(settings, database), OPENROUTER)
    (tmp_path / "secret.key").unlink()
    with pytest.raises(Unavailable, match="is gone, and stored credentials need it"):
        vault_in_force(settings, database)
    assert not (tmp_path / "secret.key").exists()


def test_a_removed_integration_needs_no_key(database: Database, tmp_path: Path) -> None:
    """Its credentials went with it."""
    settings = Settings(home=tmp_path)
    added = add_client(database, vault_in_force(settings, database), OPENROUTER)
    integrations.remove(database, added.ids[0])
    assert scalar(database, "select credentials is null and key_preview = '{}' from integrations")
    (tmp_path / "secret.key").unlink()
    assert vault_in_force(settings, database).keys


@pytest.mark.parametrize("content", ["", "not a key", "\N{SNOWMAN}"])
def test_a_damaged_key_file_is_named(tmp_path: Path, content: str) -> None:
    path = tmp_path / "secret.key"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(Unavailable, match=r"secret\.key is damaged"):
        ring_in_file(path, sealed_rows_exist=False)


def test_a_key_file_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Unavailable, match=r"secret\.key cannot be read or made"):
        ring_in_file(tmp_path / "file" / "secret.key", sealed_rows_exist=False)
