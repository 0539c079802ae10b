"""Channels as stored: where a client is told of its alerts, the address sealed; and budgets over a whole client."""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from spend_pipeline.errors import UserError
from spend_pipeline.store.clients import Client
from spend_pipeline.store.database import Database, rows
from spend_pipeline.store.vault import Vault


def add(
    database: Database, vault: Vault, client: Client, kind: str, address: Mapping[str, str], *, preview: str, label: str
) -> int:
    """The id of a new channel."""
    with database.transaction() as connection:
        (new,) = rows(connection, "next_channel_id")
        sealed = vault.seal_channel(address, client_id=client.id, channel_id=new["id"])
        of = {"id": new["id"], "client_id": client.id, "kind": kind, "label": label}
        rows(connection, "add_channel", {**of, "address": sealed, "preview": preview})
    return int(new["id"])


def listed(database: Database, client: str | None = None) -> list[dict[str, Any]]:
    return [dict(found) for found in database.rows("list_channels", {"client": client})]


def by_id(database: Database, channel_id: int) -> dict[str, Any]:
    """The row with its sealed address. Raises UserError for an unknown id."""
    for found in database.rows("channel_by_id", {"id": channel_id}):
        return dict(found)
    raise _unknown(channel_id)


def remove(database: Database, channel_id: int) -> None:
    """Removes a channel, its address and what waited for it."""
    if not database.rows("remove_channel", {"id": channel_id}):
        raise _unknown(channel_id)


def set_client_budgets(database: Database, client: Client, changes: Mapping[str, Any]) -> None:
    """Sets these budgets over all that a client has."""
    new = {name: str(value) if isinstance(value, Decimal) else value for name, value in changes.items()}
    database.rows("set_client_budgets", {"id": client.id, "changes": json.dumps(new)})


def budgets(database: Database, client: str | None = None) -> list[dict[str, Any]]:
    """Every budget that is set; one without an integration is over the whole client."""
    return [dict(found) for found in database.rows("list_budgets", {"client": client})]


def _unknown(channel_id: int) -> UserError:
    return UserError(f"No channel has the id {channel_id}: `spend alerts channel list` shows which are there")
