"""What can the endpoint take: refused posts a second, and two thousand requests that wait at once, with its memory?"""

import asyncio
import statistics
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import psutil

from benchmarks import machine
from benchmarks.house import House, house
from benchmarks.running import PATH, endpoint, open_files
from benchmarks.shapes import Json, Result, Table
from spend_pipeline.store import heartbeats
from spend_pipeline.store.database import Database

SECONDS = 5.0
CONNECTIONS = 32
WAITING = 2_000


def measure(seconds: float = SECONDS, waiting: int = WAITING) -> Result:
    """Refusals on kept connections, each answered before the next; then as many waiting requests as were asked for."""
    open_files(2 * waiting + 1_000)
    with house(waiting, clients_count=waiting) as there, listening(there.database):
        found = machine.described(there.postgres_version())
        with endpoint(there) as (port, process):
            refused = [_refusals(port, "too soon (429)", there.tokens[0], seconds)]
            refused.append(_refusals(port, "no such token (401, then 429)", f"{there.tokens[0][:-1]}_", seconds))
            refused.append(_refusals(port, "no token (401, then 429)", "", seconds))
        with endpoint(there) as (port, process):
            held = asyncio.run(_hold(port, there, process))
    tables = [Table("Refused posts", refused), Table("Requests that wait for their sync", [held])]
    notes = [
        f"Refusals: {CONNECTIONS} connections, each of which posts again as soon as it was answered, for "
        f"{seconds:.0f} s; the asking process runs on the same machine.",
        "Waiting: one request each of so many clients, none of which is ever answered, since no sync is run.",
    ]
    return Result("endpoint", found, tables, notes, picture(refused))


def picture(refused: list[dict[str, Json]]) -> dict[str, Json]:
    bars = [{"posts": row["posts"], "a second": row["a second"]} for row in refused]
    title = "Refused posts a second, on one process"
    return {"title": title, "rows": bars, "x": "a second", "y": "posts", "color": "posts", "bars": True}


@contextmanager
def listening(database: Database) -> Iterator[None]:
    """Beats as a sensor does, and claims nothing."""
    done = threading.Event()

    def beat() -> None:
        turn = heartbeats.begin_turn(database, "manual_sync")
        while not done.wait(1.0):
            heartbeats.beat(database, turn)

    thread = threading.Thread(target=beat)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def _refusals(port: int, what: str, token: str, seconds: float) -> dict[str, Json]:
    statuses, times = asyncio.run(_hammer(port, token, seconds))
    cuts = statistics.quantiles(times, n=100)
    told = ", ".join(f"{count:,} x {status}" for status, count in statuses.most_common())
    return {"posts": what, "a second": len(times) / seconds, "p50, ms": cuts[49] * 1000, "p99, ms": cuts[98] * 1000} | {
        "answers": told
    }


async def _hammer(port: int, token: str, seconds: float) -> tuple[Counter[int], list[float]]:
    await _one_post(port, token, "Prefer: respond-async\r\n")  # takes the client's minute
    statuses: Counter[int] = Counter()
    times: list[float] = []
    until = time.perf_counter() + seconds

    async def ask_on() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while (started := time.perf_counter()) < until:
            statuses[await _exchange(reader, writer, _request(token))] += 1
            times.append(time.perf_counter() - started)
        writer.close()

    await asyncio.gather(*(ask_on() for _ in range(CONNECTIONS)))
    return statuses, times


async def _hold(port: int, there: House, process: psutil.Process) -> dict[str, Json]:
    """Opens a waiting request for every client, and looks at what that takes of the endpoint."""
    await asyncio.sleep(1)
    before = process.memory_info().rss / 2**20
    started = time.perf_counter()
    waiting = [asyncio.create_task(_one_post(port, token)) for token in there.tokens]
    queued = 0
    while queued < len(there.tokens) and time.perf_counter() - started < 60:
        await asyncio.sleep(0.5)
        queued = await asyncio.to_thread(_pending, there.database)
    opened = time.perf_counter() - started
    cpu = sum(process.cpu_times()[:2])
    await asyncio.sleep(5)
    busy = (sum(process.cpu_times()[:2]) - cpu) / 5
    ended = Counter(each.result() for each in waiting if each.done() and not each.exception())
    after = process.memory_info().rss / 2**20
    for each in waiting:
        each.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    return {
        "asked": len(there.tokens),
        "waiting": queued,
        "answered at once": ", ".join(f"{count} x {status}" for status, count in ended.items()) or "none",
        "seconds to open": opened,
        "memory before, MB": before,
        "memory with them, MB": after,
        "KB a request": (after - before) * 1024 / max(1, queued),
        "of a core while they wait, %": 100 * busy,
    }


def _pending(database: Database) -> int:
    with database.as_owner() as connection:
        return int(
            connection.exec_driver_sql("select count(*) from sync_requests where status = 'pending'").scalar() or 0
        )


async def _one_post(port: int, token: str, more: str = "") -> int:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        return await _exchange(reader, writer, _request(token, more))
    finally:
        writer.close()


async def _exchange(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> int:
    writer.write(request)
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    await reader.readexactly(int(head.partition(b"content-length:")[2].partition(b"\r")[0]))
    return int(head.split()[1])


def _request(token: str, more: str = "") -> bytes:
    bearer = f"Authorization: Bearer {token}\r\n" if token else ""
    return f"POST {PATH} HTTP/1.1\r\nHost: 127.0.0.1\r\n{bearer}{more}Content-Length: 0\r\n\r\n".encode()
