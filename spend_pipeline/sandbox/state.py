"""What one running sandbox remembers: its address, its clock, who called, and what it has handed out."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from spend_pipeline.sandbox.keys import Key
from spend_pipeline.sandbox.requests_log import RequestLog
from spend_pipeline.sandbox.service_accounts import SigningKey
from spend_pipeline.sandbox.wire import Json


@dataclass
class Job:
    """A BigQuery job: whose it is, its schema and rows, and how many polls still find it running."""

    owner: Key
    fields: list[Json]
    rows: list[Json]
    polls_left: int


@dataclass
class State:
    """Written by the server's own thread only; `requests` may be read from any, and `held` accounts named by any."""

    url: str
    now: Callable[[], datetime]
    signing_key: SigningKey
    requests: RequestLog = field(default_factory=RequestLog)
    tokens: dict[str, Key] = field(default_factory=dict)
    jobs: dict[str, Job] = field(default_factory=dict)
    held: set[str] = field(default_factory=set)
    _seen: set[tuple[object, ...]] = field(default_factory=set)

    def first_time(self, *what: object) -> bool:
        """True once for each thing named."""
        fresh = what not in self._seen
        self._seen.add(what)
        return fresh


def utc_now() -> datetime:
    """The real clock."""
    return datetime.now(UTC)
