"""The provider that is asked: a server in a process of its own, which answers each account after 100 ms, or goes wrong.

`/well/<run>/accounts/<n>` answers; under `/ill/<run>`, 1 % of the accounts hang, 1 % are refused, and 10 % are told to
come again in a second the first time they ask.
"""

import asyncio
import sys
from typing import cast

import uvloop

DELAY = 0.1
BODY = b'{"balance": 48.25, "usage_today": 1.5, "usage_month": 20.75}'
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (len(BODY), BODY)
REFUSED = b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n"
BUSY = b"HTTP/1.1 429 Too Many Requests\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n"
NOT_FOUND = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"


def hangs(account: int) -> bool:
    return account % 100 == 7


def is_refused(account: int) -> bool:
    return account % 100 == 13


def is_busy_once(account: int) -> bool:
    return account % 10 == 4


def healthy(accounts: int, mode: str) -> int:
    """How many of the accounts can be read."""
    return sum(mode == "well" or not (hangs(each) or is_refused(each)) for each in range(accounts))


class Provider(asyncio.Protocol):
    """One connection. A request has no body, so it ends with its headers."""

    seen: set[str] = set()  # noqa: RUF012 - of all connections

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)  # uvloop has its own class
        self.received = b""

    def data_received(self, data: bytes) -> None:
        self.received += data
        while b"\r\n\r\n" in self.received:
            head, _, self.received = self.received.partition(b"\r\n\r\n")
            answer = self._answer(head.split(b" ", 2)[1].decode())
            if answer:
                asyncio.get_running_loop().call_later(DELAY, self._write, answer)

    def _answer(self, path: str) -> bytes | None:
        mode = path[1:].partition("/")[0]
        account = path.rpartition("/")[2].partition("?")[0]
        if not account.isdigit():
            return NOT_FOUND
        if mode == "well":
            return ANSWER
        if hangs(int(account)):
            return None
        if is_refused(int(account)):
            return REFUSED
        if is_busy_once(int(account)) and path not in self.seen:
            self.seen.add(path)
            return BUSY
        return ANSWER

    def _write(self, answer: bytes) -> None:
        if not self.transport.is_closing():
            self.transport.write(answer)


async def serve() -> None:
    server = await asyncio.get_running_loop().create_server(Provider, "127.0.0.1", 0, backlog=4096)
    sys.stdout.write(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(serve())
