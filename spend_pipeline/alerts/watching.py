"""A look at the budgets after a sync, and then the telling: two steps, so that what was seen outlives what was sent."""

from datetime import datetime

from spend_pipeline.alerts.sending import Messenger, Told
from spend_pipeline.store import alerts
from spend_pipeline.store.alerts import Evaluated
from spend_pipeline.store.database import Database


def evaluate(database: Database, now: datetime, messenger: Messenger | None) -> Evaluated:
    """Fires and ends alerts by the figures in force, and queues what is to be told of them."""
    return alerts.evaluate(database, now, operator=messenger is not None and messenger.operators is not None)


def tell(database: Database, messenger: Messenger | None) -> Told:
    """Sends what waits to be told; nobody waits for that. Without a messenger it goes on waiting."""
    return Told() if messenger is None else messenger.send_waiting(database)
