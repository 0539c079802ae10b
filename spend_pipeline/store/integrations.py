"""Integrations as stored: added under sealed credentials, listed, switched, removed, and given a recorded balance."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping

from spend_pipeline import credentials
from spend_pipeline.errors import UserError
from spend_pipeline.money import Money
from spend_pipeline.providers.declaration import Provider
from spend_pipeline.store.clients import Client
from spend_pipeline.store.database import Database, row, rows
from spend_pipeline.store.vault import Vault


def providers_other_than(database: Database, declared: Sequence[str]) -> list[str]:
    """The providers of active integrations that are none of these."""
    return [found["provider_name"] for found in database.rows("undeclared_providers", {"declared": list(declared)})]


def add(
    database: Database, vault: Vault, client: Client, provider: Provider, given: Mapping[str, str], *, label: str = ""
) -> int:
    """The id of a new integration. Raises UserError for credentials the provider does not take."""
    kept = credentials.checked(provider, given)
    with database.transaction() as connection:
        (new,) = rows(connection, "next_integration_id")
        rows(
            connection,
            "add_integration",
            {
                "id": new["id"],
                "client_id": client.id,
                "provider_name": provider.name,
                "key_label": label,
                "credentials": vault.seal(kept, client_id=client.id, integration_id=new["id"]),
                "key_preview": json.dumps(credentials.preview(kept)),
            },
        )
    return int(new["id"])


def listed(database: Database, client: str | None = None) -> list[dict[str, Any]]:
    return [dict(found) for found in database.rows("list_integrations", {"client": client})]


def by_id(database: Database, integration_id: int) -> RowMapping:
    """The row with its sealed credentials. Raises UserError for an unknown id."""
    with database.transaction() as connection:
        found = row(connection, "integration_by_id", {"id": integration_id})
    if found is None:
        raise _unknown(integration_id)
    return found


def set_active(database: Database, integration_id: int, *, is_active: bool) -> None:
    if not database.rows("set_integration_active", {"id": integration_id, "is_active": is_active}):
        raise _unknown(integration_id)


def remove(database: Database, integration_id: int) -> None:
    """Removes an integration and its credentials; its history stays."""
    if not database.rows("remove_integration", {"id": integration_id}):
        raise _unknown(integration_id)


def set_balance(database: Database, integration_id: int, amount: Money, as_of: datetime) -> None:
    """Records a balance that a person read elsewhere, as of a moment."""
    recorded = {"id": integration_id, "amount": amount.amount, "currency": amount.currency, "as_of": as_of}
    if not database.rows("set_recorded_balance", recorded):
        raise _unknown(integration_id)


def _unknown(integration_id: int) -> UserError:
    return UserError(f"No integration has the id {integration_id}: `spend integrations list` shows which are there")
