"""Clients with budgets for tests of alerts, and what their alerts and deliveries say."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from spend_pipeline.snapshot import Snapshot
from spend_pipeline.store import alerts
from spend_pipeline.store.alerts import Evaluated
from spend_pipeline.store.database import Database
from spend_pipeline_tests.conftest import NOON
from spend_pipeline_tests.store.books import Added, apply_billing, figures, integration, read, taken, write

HOURS = timedelta(hours=4)
QUIET = (0, 0)


def changes(seen: Evaluated) -> tuple[int, int]:
    """How many alerts fired, and how many ended."""
    return seen.fired, seen.ended


def later(number: float = 1) -> datetime:
    """So many syncs after noon."""
    return NOON + number * HOURS


@dataclass(frozen=True)
class Watched:
    """A client whose integrations are read at moments of the test's choosing, its budgets looked at after each."""

    database: Database
    added: Added

    @property
    def client_id(self) -> int:
        return self.added.client.id

    def budget(self, number: int = 0, **budgets: Any) -> None:
        """Sets columns of an integration."""
        self._set("integrations", self.added.ids[number], budgets)

    def together(self, **budgets: Any) -> None:
        """Sets columns of the client."""
        self._set("clients", self.client_id, budgets)

    def _set(self, table: str, of: int, budgets: dict[str, Any]) -> None:
        columns = ", ".join(f"{name} = :{name}" for name in budgets)
        write(self.database, f"update {table} set {columns} where id = :id", id=of, **budgets)

    def read(self, at: datetime, *readings: Snapshot) -> Evaluated:
        """A sync of that moment that read this, and a look at the budgets."""
        apply_billing(self.database, [taken(self.database, at, *readings)])
        return self.look(at)

    def look(self, at: datetime, *, operator: bool = False) -> Evaluated:
        return alerts.evaluate(self.database, at, operator=operator)

    def figures(self, number: int, *amounts: str | None, **more: str) -> Snapshot:
        return figures(integration(self.client_id, self.added.ids[number]), *amounts, **more)

    def spent_lately(self, today: datetime, usd: str, number: int = 0, *, days: int = 14) -> None:
        """So much on each of the days before, as rolled up from snapshots."""
        write(
            self.database,
            "insert into spend_days (integration_id, client_id, day, since, currency, spend, restated, spend_usd,"
            " restated_usd, basis, is_partial, counted)"
            " select :id, :client_id, each::date, each::date, 'USD', :usd, 0, :usd, 0, 'reported', false, true"
            " from generate_series(cast(:first as timestamp), cast(:last as timestamp), '1 day') as each"
            " on conflict (day, integration_id) do update set spend = :usd, spend_usd = :usd",
            id=self.added.ids[number],
            client_id=self.added.client.id,
            usd=Decimal(usd),
            first=_days_before(today, days),
            last=_days_before(today, 1),
        )

    def told(self) -> list[tuple[str, str]]:
        """The events so far, as kind and event, in order; a state that is open has no end."""
        found = read(
            self.database,
            "select kind, ended_because from alerts where client_id = :id order by id",
            id=self.client_id,
        )
        return [(row["kind"], row["ended_because"] or "open") for row in found]


def _days_before(moment: datetime, days: int) -> str:
    return (moment - timedelta(days=days)).date().isoformat()
