"""Clients as stored: known by the hash of a token that nothing can show again."""

import hashlib
from datetime import timedelta

import pytest

from spend_pipeline.errors import UserError
from spend_pipeline.store import clients
from spend_pipeline.store.database import Database, rows, with_options
from spend_pipeline.tokens import new_token
from spend_pipeline_tests.store.books import read, scalar, write


def test_a_token_is_stored_only_as_its_hash(database: Database) -> None:
    client, token = clients.add(database, "acme")
    (row,) = read(database, "select * from client_tokens")
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


def test_an_expired_token_is_nobodys(database: Database) -> None:
    _, short = clients.add(database, "acme", timedelta(days=90))
    assert clients.by_token(database, short.text)
    write(database, "update client_tokens set expires_at = now() - interval '1 millisecond'")
    assert clients.by_token(database, short.text) is None


def test_tokens_of_one_client_work_side_by_side_until_one_is_revoked(database: Database) -> None:
    client, first = clients.add(database, "acme")
    kept, second = clients.add_token(database, "acme", timedelta(hours=1))
    assert [clients.by_token(database, token.text) for token in (first, second)] == [client, client]
    clients.revoke_token(database, "acme", kept.id)
    assert [clients.by_token(database, token.text) for token in (first, second)] == [client, None]
    with pytest.raises(UserError, match=f"no token {kept.id} that works"):
        clients.revoke_token(database, "acme", kept.id)


def test_a_token_of_another_client_cannot_be_revoked_by_name(database: Database) -> None:
    clients.add(database, "acme")
    (theirs,) = clients.tokens_of(database, "acme")
    clients.add(database, "other")
    with pytest.raises(UserError, match=f"'other' has no token {theirs['id']}"):
        clients.revoke_token(database, "other", theirs["id"])


def test_an_overlap_shortens_a_life_and_never_lengthens_one(database: Database) -> None:
    client, old = clients.add(database, "acme")
    clients.add_token(database, "acme", timedelta(minutes=5))
    new = clients.rotate_token(database, "acme", overlap=timedelta(hours=24))
    assert [clients.by_token(database, token.text) for token in (old, new)] == [client, client]
    left = "select extract(epoch from expires_at - now()) / 60 as minutes from client_tokens order by id"
    first, soon, last = (row["minutes"] for row in read(database, left))
    assert 24 * 60 - 1 < first <= 24 * 60
    assert soon <= 5
    assert last is None


def test_a_use_is_noted_once_a_minute_and_a_wrong_token_never(database: Database) -> None:
    """A thousand requests a minute write one row version; a flood of bad tokens writes nothing at all."""
    version = "select cast(xmin as text) || cast(ctid as text) from client_tokens"
    _, token = clients.add(database, "acme")
    assert clients.listed(database)[0]["last_used_at"] is None
    before = scalar(database, version)
    for wrong in (new_token().text, "", token.text[:-1]):
        assert clients.by_token(database, wrong) is None
    assert scalar(database, version) == before
    clients.by_token(database, token.text)
    noted = scalar(database, version)
    assert noted != before
    for _ in range(20):
        clients.by_token(database, token.text)
    assert scalar(database, version) == noted
    assert clients.listed(database)[0]["last_used_at"] is not None
    write(database, "update client_tokens set last_used_at = now() - interval '61 seconds'")
    clients.by_token(database, token.text)
    assert scalar(database, "select now() - last_used_at < interval '30 seconds' from client_tokens")


def test_the_use_of_a_disabled_clients_token_is_not_noted(database: Database) -> None:
    _, token = clients.add(database, "acme")
    clients.set_active(database, "acme", is_active=False)
    clients.by_token(database, token.text)
    assert clients.listed(database)[0]["last_used_at"] is None


def test_many_uses_at_once_do_not_wait_for_each_other(database: Database) -> None:
    """While one notes the use, another takes the token for what it is and goes on."""
    _, token = clients.add(database, "acme")
    with database.transaction() as connection:
        rows(connection, "client_by_token", {"token_hash": token.digest})
        other = Database(with_options(database.url, "statement_timeout=5s"))
        assert clients.by_token(other, token.text)
        other.dispose()


def test_the_list_says_until_when_a_client_can_call(database: Database) -> None:
    clients.add(database, "for ever")
    clients.add(database, "a while", timedelta(days=90))
    clients.add(database, "longer", timedelta(days=1))
    clients.add_token(database, "longer", timedelta(days=2))
    clients.add(database, "no more", timedelta(days=1))
    clients.rotate_token(database, "no more")
    write(database, "update client_tokens set expires_at = now() where client_id = 4")
    now = scalar(database, "select now()")
    listed = {row["name"]: (row["tokens"], row["expires_at"]) for row in clients.listed(database)}
    assert listed["for ever"] == (1, None)
    assert listed["no more"] == (0, None)
    for name, tokens, days in (("a while", 1, 90), ("longer", 2, 2)):
        working, until = listed[name]
        assert working == tokens
        assert timedelta(days=days, minutes=-5) < until - now < timedelta(days=days)
