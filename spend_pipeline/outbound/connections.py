"""The connections under the client: dialled only within reach, and read only within their time."""

import http.client
import io
import socket
import time
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from spend_pipeline.outbound.reach import Reach


class _Until(io.RawIOBase):
    """What a socket receives until a moment: its own timeout starts anew with every byte, this one does not."""

    def __init__(self, sock: socket.socket, raw: io.RawIOBase, at: float) -> None:
        self._sock, self._raw, self._at = sock, raw, at

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = self._at - time.monotonic()
        if left <= 0:
            raise TimeoutError("timed out")
        self._sock.settimeout(left)
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _InTime(http.client.HTTPResponse):
    """A response whose status, headers and body all arrive within the timeout the socket has at its start."""

    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        seconds = sock.gettimeout()
        if seconds is not None:
            raw = self.fp.detach()
            self.fp = io.BufferedReader(_Until(sock, raw, time.monotonic() + seconds))


class _Http(HTTPConnection):
    """Connects to an address that was looked at, under the name that was asked for. No reach: anywhere."""

    response_class = _InTime
    reach: Reach | None = None
    secure = False

    def _new_conn(self) -> socket.socket:
        if self.reach is None:
            return super()._new_conn()
        name, lost = self.host, None
        try:
            for address in self.reach.addresses(name, self.port, secure=self.secure):
                self.host = address
                try:
                    return super()._new_conn()
                except (NewConnectionError, ConnectTimeoutError) as error:
                    lost = error
        finally:
            self.host = name  # whom TLS and the Host header address
        raise lost or NewConnectionError(self, "no address")


class _Https(_Http, HTTPSConnection):
    secure = True


class Adapter(HTTPAdapter):
    """requests' adapter over these connections."""

    def __init__(self, *, connections: int, reach: Reach | None = None) -> None:
        self._reach = reach
        super().__init__(pool_connections=connections, pool_maxsize=connections, max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self._make_ours(self.poolmanager)

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        """The proxy's own connections go wherever the operator put it; a reach is asked before (see the client)."""
        manager = super().proxy_manager_for(proxy, **kwargs)
        self._make_ours(manager)
        return manager

    def _make_ours(self, manager: Any) -> None:
        manager.pool_classes_by_scheme = {
            "http": _pool(HTTPConnectionPool, _Http, self._reach),
            "https": _pool(HTTPSConnectionPool, _Https, self._reach),
        }


def _pool(pool: type[HTTPConnectionPool], connection: type[_Http], reach: Reach | None) -> type[HTTPConnectionPool]:
    """A class of pools whose connections have this reach: the pools' own arguments have no room for it."""
    within = type(connection.__name__, (connection,), {"reach": reach})
    return type(pool.__name__, (pool,), {"ConnectionCls": within})
