"""Clients as stored: added, listed, found by their token or name, switched on and off."""

import hmac
from dataclasses import dataclass
from typing import Any

from spend_pipeline import tokens
from spend_pipeline.errors import UserError
from spend_pipeline.store.database import Database


@dataclass(frozen=True)
class Client:
    """A tenant."""

    id: int
    name: str
    is_active: bool


def add(database: Database, name: str) -> tuple[Client, tokens.Token]:
    """A new client and its token, which nothing can show again.

    Raises UserError where the name is empty, taken, or holds what cannot be printed.
    """
    if not name.strip() or not name.isprintable():
        raise UserError("A client needs a name, of characters that can be printed")
    token = tokens.new_token()
    row = database.rows("add_client", {"name": name, "token_hash": token.digest, "token_preview": token.preview})
    if not row:
        raise UserError(f"A client named '{name}' is there already: choose another name")
    return Client(row[0]["id"], name, is_active=True), token


def listed(database: Database) -> list[dict[str, Any]]:
    return [dict(found) for found in database.rows("list_clients")]


def by_name(database: Database, name: str) -> Client:
    """Raises UserError for an unknown name."""
    found = database.rows("client_by_name", {"name": name})
    if not found:
        raise _unknown(name)
    return Client(**found[0])


def by_token(database: Database, token: str) -> Client | None:
    """The client a token belongs to. The token is hashed before anything else, so that all wrong ones take one path."""
    digest = tokens.digest(token)
    for row in database.rows("client_by_token", {"token_hash": digest}):
        if hmac.compare_digest(bytes(row["token_hash"]), digest):
            return Client(row["id"], row["name"], row["is_active"])
    return None


def set_active(database: Database, name: str, *, is_active: bool) -> None:
    if not database.rows("set_client_active", {"name": name, "is_active": is_active}):
        raise _unknown(name)


def rotate_token(database: Database, name: str) -> tokens.Token:
    """A new token; the old one stops working at once."""
    token = tokens.new_token()
    row = {"name": name, "token_hash": token.digest, "token_preview": token.preview}
    if not database.rows("set_client_token", row):
        raise _unknown(name)
    return token


def _unknown(name: str) -> UserError:
    return UserError(f"No client is named '{name}': `spend clients list` shows who is there")
