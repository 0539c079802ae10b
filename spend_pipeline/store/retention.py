"""Retention: what history is dropped, of integrations that were removed and of months that nobody wants to keep."""

from dataclasses import dataclass
from datetime import datetime

from spend_pipeline.period import Period, months_before
from spend_pipeline.store.database import Database, rows

KEPT_DAYS = 90  # of a removed integration's history, as the API promises


@dataclass(frozen=True)
class Dropped:
    """What one look at the history dropped: snapshots of removed integrations, and whole months by partition."""

    snapshots: int
    integrations: int
    partitions: tuple[str, ...]


def drop_old_history(database: Database, now: datetime, keep_months: int | None = None) -> Dropped:
    """Drops what is past its time.

    `keep_months` whole months are kept beside the current one; None keeps all. Raises Unavailable where somebody reads
    the snapshots for so long that no month can be dropped; what was dropped of removed integrations stays dropped.
    """
    (removed,) = database.rows("drop_history_of_removed", {"kept_days": KEPT_DAYS})
    database.rows("drop_alerts_of_removed", {"kept_days": KEPT_DAYS})
    partitions = []
    if keep_months is not None:
        with database.transaction() as connection:
            rows(connection, "wait_briefly_for_locks")
            oldest = months_before(Period(now).month_start, keep_months)
            partitions = [
                each["partition_name"] for each in rows(connection, "drop_old_partitions", {"moment": oldest})
            ]
    return Dropped(removed["snapshots"], removed["integrations"], tuple(partitions))
