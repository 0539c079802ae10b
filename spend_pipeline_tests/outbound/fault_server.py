"""A server on a raw socket that does what a script says: for answers that no web framework would send."""

import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

JOIN_SECONDS = 5


class HungUp(Exception):
    """The other side is gone, or the server is stopping."""


@dataclass
class Exchange:
    """One request as it arrived, and the connection to do something with. `number` counts the server's requests."""

    connection: socket.socket
    request: bytes
    number: int
    stopping: threading.Event
    closed: bool = False

    @property
    def line(self) -> str:
        return self.request.partition(b"\r\n")[0].decode("latin-1")

    @property
    def headers(self) -> dict[str, str]:
        """The headers by their lower-case names."""
        lines = self.request.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")[1:]
        return {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}

    def send(self, data: bytes) -> None:
        try:
            self.connection.sendall(data)
        except OSError:
            raise HungUp from None

    def answer(self, body: bytes = b"", status: str = "200 OK", **headers: str) -> None:
        """A well-formed answer; the connection stays open. Underscores of a header's name become hyphens."""
        named = {"Content-Length": str(len(body)), **{name.replace("_", "-"): value for name, value in headers.items()}}
        head = "".join(f"{name}: {value}\r\n" for name, value in named.items())
        self.send(f"HTTP/1.1 {status}\r\n{head}\r\n".encode() + body)

    def pause(self, seconds: float) -> None:
        """Waits, unless the server stops: what the fault itself needs."""
        if self.stopping.wait(seconds):
            raise HungUp

    def close(self) -> None:
        """Hangs up in order."""
        self.closed = True

    def reset(self) -> None:
        """Hangs up with a TCP reset."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        self.connection.close()
        self.closed = True


Script = Callable[[Exchange], None]


@dataclass
class FaultServer:
    """What reached a running server. `raw` holds the first bytes of every connection, as they were on the wire."""

    script: Script
    tls: ssl.SSLContext | None = None
    port: int = 0
    requests: list[Exchange] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    peak: int = 0
    _busy: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _stopping: threading.Event = field(default_factory=threading.Event)
    _open: list[socket.socket] = field(default_factory=list)
    _threads: list[threading.Thread] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port}"

    def serve(self, listener: socket.socket) -> None:
        """Takes connections, a thread each, until the listener is shut."""
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._talk, args=(connection,), daemon=True)
            self._open.append(connection)
            self._threads.append(thread)
            thread.start()

    def stop(self) -> None:
        """Hangs up on everybody and waits until every thread has ended."""
        self._stopping.set()
        for connection in self._open:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(JOIN_SECONDS)
            assert not thread.is_alive(), "the fault server does not stop"

    def _talk(self, plain: socket.socket) -> None:
        with suppress(OSError, HungUp), plain:
            self.raw.append(plain.recv(4096, socket.MSG_PEEK))
            with self.tls.wrap_socket(plain, server_side=True) if self.tls else plain as connection:
                self._open.append(connection)
                while request := _read_request(connection):
                    with self._lock:
                        exchange = Exchange(connection, request, len(self.requests) + 1, self._stopping)
                        self.requests.append(exchange)
                        self._busy += 1
                        self.peak = max(self.peak, self._busy)
                    try:
                        self.script(exchange)
                    finally:
                        with self._lock:
                            self._busy -= 1
                    if exchange.closed:
                        return


def _read_request(connection: socket.socket) -> bytes:
    """One whole request, empty when the other side has hung up."""
    received = b""
    while b"\r\n\r\n" not in received:
        more = connection.recv(65536)
        if not more:
            return b""
        received += more
    head, _, body = received.partition(b"\r\n\r\n")
    length = next((int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0)
    while len(body) < length:
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


@contextmanager
def faulty(script: Script, tls: ssl.SSLContext | None = None) -> Iterator[FaultServer]:
    """A server that answers every request by this script, for as long as the block lasts."""
    server = FaultServer(script, tls)
    with socket.create_server(("127.0.0.1", 0), backlog=128) as listener:
        server.port = listener.getsockname()[1]
        accepting = threading.Thread(target=server.serve, args=(listener,), daemon=True)
        accepting.start()
        try:
            yield server
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            accepting.join(JOIN_SECONDS)
            server.stop()


def figures(balance: str = "12.50", **fields: object) -> bytes:
    """What a healthy server says; the same amount is spent today and this month."""
    spend = f'"balance": {balance}, "today": 1.25, "month": 2.5'
    return (
        b"{"
        + spend.encode()
        + b"".join(f', "{name}": {json.dumps(value)}'.encode() for name, value in fields.items())
        + b"}"
    )


def healthy(exchange: Exchange) -> None:
    """Answers as agreed."""
    exchange.answer(figures())
