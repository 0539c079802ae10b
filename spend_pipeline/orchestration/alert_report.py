"""What people read of alerts in the Dagster UI: by number, never by name, and no address."""

import dagster as dg

from spend_pipeline.alerts.sending import Told
from spend_pipeline.orchestration.report import Metadata, as_table
from spend_pipeline.store import alerts
from spend_pipeline.store.alerts import Evaluated
from spend_pipeline.store.database import Database

DELIVERED = dg.AssetCheckSpec(
    "alerts_are_delivered",
    asset="budget_alerts",
    description="Every message that was sent of an alert has arrived: none waits for another try, none was given up.",
)


def of_alerts(database: Database, evaluated: Evaluated, told: Told) -> Metadata:
    return {
        "budgets": evaluated.budgets,
        "of unknown state": evaluated.unknown,
        "fired": evaluated.fired,
        "ended": evaluated.ended,
        "open": evaluated.open,
        "messages delivered": told.delivered,
        "messages that failed": told.failed,
        "open alerts": as_table(alerts.opened(database)),
    }


def alerts_are_delivered(database: Database) -> dg.AssetCheckResult:
    """A warning: the channel may be down, and its rows say why."""
    undelivered = alerts.undelivered(database)
    return dg.AssetCheckResult(
        check_name=DELIVERED.name,
        passed=not undelivered,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={"undelivered": as_table(undelivered)},
    )
