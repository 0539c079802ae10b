"""Clients as stored: added, listed, found by their token or name, switched on and off; and their tokens."""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from spend_pipeline import tokens
from spend_pipeline.errors import UserError
from spend_pipeline.store.database import Database, row, rows


@dataclass(frozen=True)
class Client:
    """A tenant."""

    id: int
    name: str
    is_active: bool


@dataclass(frozen=True)
class Kept:
    """A token as stored: by which it can be revoked, and when it ends by itself, if ever."""

    id: int
    expires_at: datetime | None


def add(database: Database, name: str, expires: timedelta | None = None) -> tuple[Client, tokens.Token]:
    """A new client and its token, which nothing can show again.

    Raises UserError where the name is empty, taken, or holds what cannot be printed.
    """
    if not name.strip() or not name.isprintable():
        raise UserError("A client needs a name, of characters that can be printed")
    token = tokens.new_token()
    with database.transaction() as connection:
        added = row(connection, "add_client", {"name": name})
        if added is None:
            raise UserError(f"A client named '{name}' is there already: choose another name")
        _keep(connection, added["id"], token, expires)
    return Client(added["id"], name, is_active=True), token


def listed(database: Database) -> list[dict[str, Any]]:
    return [dict(found) for found in database.rows("list_clients")]


def by_name(database: Database, name: str) -> Client:
    """Raises UserError for an unknown name."""
    found = database.rows("client_by_name", {"name": name})
    if not found:
        raise _unknown(name)
    return Client(**found[0])


def by_token(database: Database, token: str) -> Client | None:
    """The client a token belongs to, unless it has expired. The use is noted, at most once a minute a token.

    The token is hashed before anything else, so that all wrong ones take one path, which writes nothing.
    """
    digest = tokens.digest(token)
    for found in database.rows("client_by_token", {"token_hash": digest}):
        if hmac.compare_digest(bytes(found["token_hash"]), digest):
            return Client(found["id"], found["name"], found["is_active"])
    return None


def set_active(database: Database, name: str, *, is_active: bool) -> None:
    if not database.rows("set_client_active", {"name": name, "is_active": is_active}):
        raise _unknown(name)


def add_token(database: Database, name: str, expires: timedelta | None = None) -> tuple[Kept, tokens.Token]:
    """Another token; those there are go on working."""
    client, token = by_name(database, name), tokens.new_token()
    with database.transaction() as connection:
        return _keep(connection, client.id, token, expires), token


def rotate_token(
    database: Database, name: str, expires: timedelta | None = None, overlap: timedelta = timedelta(0)
) -> tokens.Token:
    """A new token; the old ones stop working at once, or go on for the overlap."""
    client, token = by_name(database, name), tokens.new_token()
    with database.transaction() as connection:
        rows(connection, "expire_client_tokens", {"client_id": client.id, "seconds": overlap.total_seconds()})
        _keep(connection, client.id, token, expires)
    return token


def revoke_token(database: Database, name: str, token_id: int) -> None:
    """Ends one token at once. Raises UserError where the client has none of that id that works."""
    of = {"client_id": by_name(database, name).id, "id": token_id}
    if not database.rows("revoke_client_token", of):
        raise UserError(f"'{name}' has no token {token_id} that works: `spend clients tokens` lists those it has")


def tokens_of(database: Database, name: str) -> list[dict[str, Any]]:
    """Every token a client has had, by previews."""
    return [dict(found) for found in database.rows("list_client_tokens", {"client_id": by_name(database, name).id})]


def _keep(connection: Connection, client_id: int, token: tokens.Token, expires: timedelta | None) -> Kept:
    kept = {
        "client_id": client_id,
        "token_hash": token.digest,
        "token_preview": token.preview,
        "seconds": None if expires is None else expires.total_seconds(),
    }
    (added,) = rows(connection, "add_client_token", kept)
    return Kept(added["id"], added["expires_at"])


def _unknown(name: str) -> UserError:
    return UserError(f"No client is named '{name}': `spend clients list` shows who is there")
