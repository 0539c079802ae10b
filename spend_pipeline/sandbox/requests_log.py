"""What reached the sandbox: one record a request, kept in order, readable from any thread."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from threading import Lock

AUTH_HEADERS = (
    "authorization",
    "proxy-authorization",
    "x-api-key",
    "xi-api-key",
    "x-goog-api-key",
    "api-key",
    "cookie",
)


@dataclass(frozen=True)
class RecordedRequest:
    """One request as it arrived.

    `path` is without the provider's prefix, repeated query parameters are joined with commas, `auth_headers` are
    the lower-case names of credential headers, and `key` is what the first of them held, without its scheme word.
    """

    provider: str
    method: str
    path: str
    query: Mapping[str, str]
    auth_headers: tuple[str, ...]
    key: str | None
    body: str


class RequestLog:
    """An append-only list; iterating, indexing and counting see a copy, so a reader never races the server."""

    def __init__(self) -> None:
        self._records: list[RecordedRequest] = []
        self._lock = Lock()

    def add(self, record: RecordedRequest) -> None:
        """Append one record."""
        with self._lock:
            self._records.append(record)

    def to(self, provider: str) -> list[RecordedRequest]:
        """The records of one provider, oldest first."""
        return [record for record in self if record.provider == provider]

    def clear(self) -> None:
        """Forget everything recorded so far."""
        with self._lock:
            self._records.clear()

    def __iter__(self) -> Iterator[RecordedRequest]:
        with self._lock:
            return iter(list(self._records))

    def __len__(self) -> int:
        with self._lock:
            return len(self._records)

    def __getitem__(self, index: int) -> RecordedRequest:
        with self._lock:
            return self._records[index]


def sent_key(headers: Mapping[str, str]) -> str | None:
    """The credential a request carries in its headers, whatever the header; None without one."""
    for name in AUTH_HEADERS:
        if name in headers:
            return headers[name].rpartition(" ")[2]
    return None
