"""Who shows tokens that are nobody's, by address: counted in memory, a minute at a time."""

import threading
import time
from dataclasses import dataclass, field
from ipaddress import IPv6Address, IPv6Network, ip_address
from math import ceil

WINDOW_SECONDS = 60.0
ADDRESSES = 10_000  # those counted at the same time; the oldest makes room


@dataclass
class Strangers:
    """Counts the refused tokens of each address.

    Whoever bears a valid token never comes here, so that a neighbour behind the same address locks nobody out.
    """

    per_minute: int = 100
    _counts: dict[str, tuple[float, int]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def another(self, address: str) -> int | None:
        """Counts one more. The seconds until this address is heard again where it was too many, else None."""
        key, now = _network(address), time.monotonic()
        with self._lock:
            since, count = self._counts.get(key, (now, 0))
            if now - since >= WINDOW_SECONDS:
                del self._counts[key]
                since, count = now, 0
            if key not in self._counts and len(self._counts) >= ADDRESSES:
                del self._counts[next(iter(self._counts))]
            self._counts[key] = (since, count + 1)
        return ceil(since + WINDOW_SECONDS - now) if count >= self.per_minute else None


def _network(address: str) -> str:
    """An IPv4 address, or the /64 that one IPv6 customer has to himself."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    return str(IPv6Network((int(parsed), 64), strict=False)) if isinstance(parsed, IPv6Address) else address
