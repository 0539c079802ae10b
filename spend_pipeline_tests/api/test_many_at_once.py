"""A thousand requests at once under one token: one is accepted, each of the others is told how long to wait."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable

from spend_pipeline_tests.api.endpoint import PATH, Caller, Endpoint
from spend_pipeline_tests.store.books import GROQ

MANY = 1000
SECONDS = 120  # what all of them together may take on two busy cores


async def ask(host: str, port: int, request: bytes) -> tuple[int, dict[str, str]]:
    """The status and headers that one connection of its own is answered with."""
    reader, writer = await asyncio.open_connection(host, port)
    writer.write(request)
    head = await reader.readuntil(b"\r\n\r\n")
    writer.close()
    status, *lines = head.decode().strip().split("\r\n")
    return int(status.split()[1]), dict(line.lower().split(": ", 1) for line in lines)


async def ask_at_once(caller: Caller) -> list[tuple[int, dict[str, str]]]:
    host, port = caller.url.removeprefix("http://").split(":")
    lines = [f"POST {PATH} HTTP/1.1", f"Host: {host}", f"Authorization: Bearer {caller.added.token}", "", ""]
    request = "\r\n".join(lines).encode()
    async with asyncio.timeout(SECONDS):
        return await asyncio.gather(*(ask(host, int(port), request) for _ in range(MANY)))


def test_of_a_thousand_at_once_one_is_accepted(
    endpoint: Endpoint, record_property: Callable[[str, object], None]
) -> None:
    """No 500, no hang, nobody left without a number of seconds; the next client is answered as ever."""
    caller, other = endpoint.add(GROQ), endpoint.add(GROQ)
    started = time.monotonic()
    answers = asyncio.run(ask_at_once(caller))
    record_property("figure", f"{MANY} answered in {time.monotonic() - started:.1f} s")
    assert Counter(status for status, _ in answers) == {200: 1, 429: MANY - 1}
    waits = [int(headers["retry-after"]) for status, headers in answers if status == 429]
    assert all(1 <= seconds <= 60 for seconds in waits)
    assert endpoint.asked(caller) == 1
    assert other.post().status_code == 200
