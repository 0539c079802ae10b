"""What waits to be told, told: channels beside each other, each in order, none for longer than its share of a pass."""

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import groupby

from spend_pipeline.alerts.channel import OPERATORS, Channel
from spend_pipeline.alerts.delivery import Postman, Undelivered
from spend_pipeline.alerts.message import message
from spend_pipeline.alerts.words import Labels, Row
from spend_pipeline.errors import NotConfigured
from spend_pipeline.store import alerts
from spend_pipeline.store.database import Database
from spend_pipeline.store.vault import Vault

log = logging.getLogger(__name__)

AT_ONCE = 8
PASS_SECONDS = 60.0  # a run that tells alerts ends in time, however many channels hang


@dataclass(frozen=True)
class Told:
    """What a pass came to."""

    delivered: int = 0
    failed: int = 0
    put_off: int = 0


@dataclass(frozen=True)
class Messenger:
    """Sends what waits: by whom, opened by which keys, and the operator's own channel beside the clients'."""

    postman: Postman
    vault: Vault = field(repr=False)
    labels: Labels = field(default_factory=dict)
    operators: Channel | None = None
    clock: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))

    def send_waiting(self, database: Database) -> Told:
        """Sends what no other process is sending. What fails waits for the next pass, until it is given up."""
        waiting = alerts.claim(database, for_seconds=PASS_SECONDS + 2 * self.postman.seconds)
        until = time.monotonic() + PASS_SECONDS
        by_channel = {
            channel_id: list(found) for channel_id, found in groupby(sorted(waiting, key=_channel_id), key=_channel_id)
        }
        with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="alerts") as threads:
            passes = [threads.submit(self._tell, database, found, until) for found in by_channel.values()]
            outcomes = [done.result() for done in passes]
        return Told(*(sum(counts) for counts in zip(*outcomes, strict=True))) if outcomes else Told()

    def open(self, row: Row) -> Channel:
        """The channel of a row. Raises Undelivered where it cannot be opened, or is not set any more."""
        if row["channel_id"] is None:
            if self.operators is None:
                raise Undelivered("The setting SPEND_ALERT_CHANNEL is gone")
            return self.operators
        if row["address"] is None:
            raise Undelivered("The channel was removed")
        try:
            address = self.vault.open_channel(row["address"], client_id=row["client_id"], channel_id=row["channel_id"])
        except NotConfigured as error:
            raise Undelivered(str(error)) from None
        return Channel(row["channel_id"], row["channel_kind"], address)

    def _tell(self, database: Database, found: Sequence[Row], until: float) -> tuple[int, int, int]:
        """One channel's messages in order; after the first that fails, the rest wait for the next pass."""
        delivered = failed = 0
        for row in found:
            if failed or time.monotonic() > until:
                alerts.put_off(database, row["delivery_id"])
                continue
            error = self._error_of(row)
            alerts.record(database, row["delivery_id"], error)
            delivered, failed = delivered + (error is None), failed + (error is not None)
        return delivered, failed, len(found) - delivered - failed

    def _error_of(self, row: Row) -> str | None:
        try:
            self.postman.deliver(message(row, self.labels), self.open(row), int(self.clock().timestamp()))
        except Undelivered as error:
            return str(error)
        except Exception as error:  # noqa: BLE001 - a bug costs one message, and its text may quote an address
            log.error("An alert could not be told (%s)", type(error).__name__)
            return f"It could not be sent, for a reason of ours ({type(error).__name__})"
        return None


def _channel_id(row: Mapping[str, object]) -> int:
    number = row["channel_id"]
    return number if isinstance(number, int) else OPERATORS
