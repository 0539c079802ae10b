"""The billing state of integrations: their newest figures, or the error that the last sync ended with."""

import json
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from uuid import UUID

from sqlalchemy import Connection

from spend_pipeline.store.database import rows

PaidFigures = Mapping[str, Sequence[str]]
NONE: PaidFigures = MappingProxyType({})


def apply(connection: Connection, sync_ids: Sequence[UUID], paid_figures: PaidFigures = NONE) -> None:
    """Brings integrations up to the newest of these syncs' snapshots.

    `paid_figures` are those, by provider, that only an automatic sync asks: after another one they stay as they are.
    """
    asked_rarely = json.dumps({name: list(figures) for name, figures in paid_figures.items()})
    rows(
        connection, "apply_billing", {"sync_ids": [str(sync_id) for sync_id in sync_ids], "paid_figures": asked_rarely}
    )
