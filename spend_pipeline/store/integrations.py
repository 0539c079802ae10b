"""Integrations as stored: added under sealed credentials, listed, changed, removed, and given a recorded balance."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import RowMapping

from spend_pipeline import credentials
from spend_pipeline.errors import UserError
from spend_pipeline.money import Money
from spend_pipeline.providers.declaration import Provider
from spend_pipeline.store.clients import Client
from spend_pipeline.store.database import Database, row, rows
from spend_pipeline.store.vault import Vault

UNLIMITED: Mapping[str, Any] = {
    "is_primary": False,
    "daily_limit": None,
    "minute_limit": None,
    "spend_limit_amount": None,
    "spend_limit_period": "monthly",
    "spend_limit_action": "warn",
    "low_balance_amount": None,
    "low_days_left": None,
}


def providers_other_than(database: Database, declared: Sequence[str]) -> list[str]:
    """The providers of active integrations that are none of these."""
    return [found["provider_name"] for found in database.rows("undeclared_providers", {"declared": list(declared)})]


def add(
    database: Database,
    vault: Vault,
    client: Client,
    provider: Provider,
    given: Mapping[str, str],
    *,
    label: str = "",
    limits: Mapping[str, Any] = UNLIMITED,
) -> int:
    """The id of a new integration. Raises UserError for credentials the provider does not take."""
    kept = credentials.checked(provider, given)
    with database.as_client(client.id) as connection:
        (new,) = rows(connection, "next_integration_id")
        rows(
            connection,
            "add_integration",
            {
                **UNLIMITED,
                **limits,
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


def of_client(
    database: Database, client_id: int, limit: int | None, offset: int = 0, **only: Any
) -> tuple[list[dict[str, Any]], int]:
    """A page of a client's integrations, ascending by id, and how many there are in all.

    `only` those with this `id`, `provider_name`, `health_status` or `is_active`.
    """
    anything = dict.fromkeys(("id", "provider_name", "health_status", "is_active"))
    asked = {**anything, **only, "client_id": client_id, "limit": limit, "offset": offset}
    with database.as_client(client_id) as connection:
        found = rows(connection, "client_integrations", asked)
    return [dict(each) for each in found if each["id"] is not None], found[0]["total"]


def change(database: Database, client_id: int, integration_id: int, changes: Mapping[str, Any]) -> bool:
    """Sets these columns of a client's integration; whether it is there."""
    new = {name: str(value) if isinstance(value, Decimal) else value for name, value in changes.items()}
    named = {"id": integration_id, "client_id": client_id, "changes": json.dumps(new)}
    with database.as_client(client_id) as connection:
        return bool(rows(connection, "change_integration", named))


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
    """Removes an integration and its credentials; its history stays for a while."""
    if not database.rows("remove_integration", {"id": integration_id, "client_id": None}):
        raise _unknown(integration_id)


def remove_of_client(database: Database, client_id: int, integration_id: int) -> bool:
    """The same on behalf of a client; whether it was there."""
    with database.as_client(client_id) as connection:
        return bool(rows(connection, "remove_integration", {"id": integration_id, "client_id": client_id}))


def set_balance(database: Database, integration_id: int, amount: Money, as_of: datetime) -> None:
    """Records a balance that a person read elsewhere, as of a moment."""
    recorded = {"id": integration_id, "amount": amount.amount, "currency": amount.currency, "as_of": as_of}
    if not database.rows("set_recorded_balance", recorded):
        raise _unknown(integration_id)


def _unknown(integration_id: int) -> UserError:
    return UserError(f"No integration has the id {integration_id}: `spend integrations list` shows which are there")
