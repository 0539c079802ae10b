"""The limit, by asyncio: raw streams, one connection a place in flight, the least parsing that finds the body."""

import asyncio
import json
from contextlib import suppress
from urllib.parse import urlsplit

from benchmarks.peers.job import SECONDS, Job, main
from benchmarks.peers.kept import Row, keep


def read(job: Job) -> int:
    return keep(job, asyncio.run(_all(job)))


async def _all(job: Job) -> list[Row]:
    shares = await asyncio.gather(*(_share(job, first) for first in range(min(job.in_flight, job.accounts))))
    return [row for share in shares for row in share]


async def _share(job: Job, first: int) -> list[Row]:
    rows: list[Row] = []
    streams = None
    for account in range(first, job.accounts, job.in_flight):
        try:
            async with asyncio.timeout(SECONDS):
                streams = streams or await _connect(job)
                told = await _ask(*streams, f"{urlsplit(job.url).path}/accounts/{account}")
        except (TimeoutError, OSError):
            if streams:
                streams[1].close()
            streams = None
            continue
        if told:
            rows.append((account, told["balance"], told["usage_today"], told["usage_month"]))
    if streams:
        streams[1].close()
        with suppress(OSError):
            await streams[1].wait_closed()
    return rows


async def _connect(job: Job) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    address = urlsplit(job.url)
    return await asyncio.open_connection(address.hostname, address.port)


async def _ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, path: str) -> dict[str, float] | None:
    writer.write(f"GET {path} HTTP/1.1\r\nHost: provider\r\nAuthorization: Bearer key\r\n\r\n".encode())
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    body = await reader.readexactly(int(head.partition(b"content-length:")[2].partition(b"\r")[0]))
    return json.loads(body) if head.startswith(b"http/1.1 200") else None


if __name__ == "__main__":
    main(read)
