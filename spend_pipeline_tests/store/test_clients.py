"""Clients as stored: known by the hash of a token that nothing can show again."""

import hashlib

import pytest

from spend_pipeline.errors import UserError
from spend_pipeline.store import clients
from spend_pipeline.store.database import Database
from spend_pipeline_tests.store.books import read


def test_a_token_is_stored_only_as_its_hash(database: Database) -> None:
    client, token = clients.add(database, "acme")
    (row,) = read(database, "select * from clients")
    assert bytes(row["token_hash"]) == hashlib.sha256(token.text.encode()).digest()
    assert token.text not in str({**row})
    assert row["token_preview"] == f"{token.text[:10]}...{token.text[-3:]}"
    assert clients.by_token(database, token.text) == client
    assert token.text not in repr(token)


@pytest.mark.parametrize("wrong", ["", "spend_", "é" * 55, "\x00", "\ud800", "a" * 70_000, "' or 1=1 --"])
def test_a_wrong_token_is_nobodys(database: Database, wrong: str) -> None:
    clients.add(database, "acme")
    assert clients.by_token(database, wrong) is None


def test_a_rotated_token_works_and_the_old_one_no_longer(database: Database) -> None:
    client, old = clients.add(database, "acme")
    new = clients.rotate_token(database, "acme")
    assert clients.by_token(database, new.text) == client
    assert clients.by_token(database, old.text) is None


def test_a_disabled_client_is_known_and_not_active(database: Database) -> None:
    """Its token still says who it is, so that it can be told why it is refused."""
    _, token = clients.add(database, "acme")
    clients.set_active(database, "acme", is_active=False)
    found = clients.by_token(database, token.text)
    assert found is not None
    assert not found.is_active
    clients.set_active(database, "acme", is_active=True)
    assert clients.by_name(database, "acme").is_active


def test_a_name_is_taken_once(database: Database) -> None:
    clients.add(database, "acme")
    with pytest.raises(UserError, match="'acme' is there already"):
        clients.add(database, "acme")
    assert len(clients.listed(database)) == 1


@pytest.mark.parametrize("name", ["", "  ", "a\x00b", "a\nb", "\udcff"])
def test_a_name_is_text_that_can_be_printed(database: Database, name: str) -> None:
    with pytest.raises(UserError, match="name"):
        clients.add(database, name)


def test_names_are_listed_as_they_were_given(database: Database) -> None:
    for name in ("Müller & Söhne", "東京", "a'; drop table clients --", "%(name)s :name"):
        clients.add(database, name)
    assert [row["name"] for row in clients.listed(database)] == [
        "Müller & Söhne",
        "東京",
        "a'; drop table clients --",
        "%(name)s :name",
    ]


def test_an_unknown_name_is_refused_wherever_it_is_given(database: Database) -> None:
    for ask in (
        lambda: clients.by_name(database, "nobody"),
        lambda: clients.set_active(database, "nobody", is_active=True),
        lambda: clients.rotate_token(database, "nobody"),
    ):
        with pytest.raises(UserError, match="No client is named 'nobody'"):
            ask()
