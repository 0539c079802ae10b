"""How long does a post wait beyond the slowest provider: when idle, under load, and on a stock Dagster?"""

import json
import random
import statistics
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks import machine
from benchmarks.endpoint import listening
from benchmarks.house import House, house
from benchmarks.provider import DELAY
from benchmarks.running import PATH, endpoint, running
from benchmarks.shapes import Json, Result, Table
from spend_pipeline.instance import storage_url

POSTS, STOCK_POSTS = 50, 10
CLIENTS, EACH = 60, 5
PAUSE = (3.0, 7.0)  # seconds between two posts, at random: no post comes while the run of the one before still ends
LOAD_CLIENT, LOAD = 0, 3_000  # the client that others have to wait beside, and its integrations
STOCK = """
telemetry: {enabled: false}
storage: {postgres: {postgres_url: {env: STOCK_DAGSTER_URL}}}
"""


def measure(posts: int = POSTS, stock_posts: int = STOCK_POSTS) -> Result:
    """Clients post one after the other, some seconds apart."""
    with house(CLIENTS * EACH, clients_count=CLIENTS) as there:
        found = machine.described(there.postgres_version())
        with running(there) as up:
            _free(there)
            _post(up.port, there.tokens[1])  # the first run of all makes Dagster's caches
            idle = _posts(up.port, there, posts)
            with _load(up.port, there):
                loaded = _posts(up.port, there, posts)
        with _stock(there) as port:
            stock = _posts(port, there, stock_posts)
    ours = statistics.median(idle)
    rows = [
        _row("spend up, idle", idle, ours),
        _row(f"spend up, beside a sync of {LOAD:,} accounts", loaded, ours),
        _row("stock Dagster, idle", stock, ours),
    ]
    notes = [
        f"Each post is of another client, with {EACH} accounts that answer after {DELAY * 1000:.0f} ms; "
        f"{DELAY * 1000:.0f} ms are taken off every figure.",
        "Stock: the same assets and endpoint, an ordinary sensor at the daemon's default interval (30 s), the default "
        "run launcher and coordinator, and nothing set in dagster.yaml but the storage.",
        "The aim is a p50 under 1 s and a p95 under 2 s: "
        f"{'met' if _within(idle) else 'missed'} when idle, {'met' if _within(loaded) else 'missed'} under load.",
    ]
    table = Table("Seconds from POST to 200, less the provider's own", rows)
    return Result("manual", found, [table], notes, picture(rows))


def picture(rows: list[dict[str, Json]]) -> dict[str, Json]:
    bars = [{"who": row["who"], "of": of, "seconds": row[f"{of}, s"]} for row in rows for of in ("p50", "p95")]
    title = "Seconds from a post to its answer, beyond the provider's own"
    return {"title": title, "rows": bars, "x": "seconds", "y": "who", "color": "of", "bars": True}


def _within(times: list[float]) -> bool:
    return statistics.median(times) < 1 and _p95(times) < 2


def _row(label: str, times: list[float], ours: float) -> dict[str, Json]:
    p50 = statistics.median(times)
    told = {"posts": len(times), "p50, s": p50, "p95, s": _p95(times), "slowest, s": max(times)}
    return {"who": label, **told, "times ours, idle": p50 / ours}


def _p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20, method="inclusive")[18] if len(times) > 1 else times[0]


def _posts(port: int, there: House, count: int) -> list[float]:
    _free(there)
    pauses = random.Random(1)
    times = []
    for number in range(count):
        time.sleep(pauses.uniform(*PAUSE))
        times.append(_post(port, there.tokens[1 + number % (CLIENTS - 1)]) - DELAY)
    return times


def _post(port: int, token: str) -> float:
    started = time.perf_counter()
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}{PATH}", method="POST", headers={"Authorization": f"Bearer {token}"}
    )
    with urllib.request.urlopen(request, timeout=120) as response:
        if json.load(response)["synced"] != EACH:
            raise RuntimeError("Not every account was read")
    return time.perf_counter() - started


def _free(there: House) -> None:
    """As if every client's minute were over."""
    with there.database.as_owner() as connection:
        connection.exec_driver_sql("update clients set manual_sync_at = null")


@contextmanager
def _load(port: int, there: House) -> Iterator[None]:
    """One client has its many accounts synced over and over, until the block ends."""
    there.add(LOAD, LOAD_CLIENT)
    done = threading.Event()

    def post_on() -> None:
        while not done.is_set():
            with there.database.as_owner() as connection:
                connection.exec_driver_sql("update clients set manual_sync_at = null where name = 'client 0'")
            request = urllib.request.Request(
                f"http://127.0.0.1:{port}{PATH}",
                method="POST",
                headers={"Authorization": f"Bearer {there.tokens[LOAD_CLIENT]}"},
            )
            with urllib.request.urlopen(request, timeout=120) as response:
                response.read()

    thread = threading.Thread(target=post_on)
    thread.start()
    time.sleep(1)
    try:
        yield
    finally:
        done.set()
        thread.join()


@contextmanager
def _stock(there: House) -> Iterator[int]:
    """Dagster's daemon with nothing set, beside our endpoint, which only needs to hear that somebody listens."""
    folder = there.settings.home / "stock"
    folder.mkdir()
    (folder / "dagster.yaml").write_text(STOCK, encoding="utf-8")
    with there.database.as_owner() as connection:
        connection.exec_driver_sql("create schema stock")
    url = storage_url(there.settings, there.database.url).replace("search_path%3Ddagster", "search_path%3Dstock")
    environment = {**there.environment("well", "stock"), "DAGSTER_HOME": str(folder), "STOCK_DAGSTER_URL": url}
    daemon = [str(Path(sys.executable).parent / "dagster-daemon"), "run", "-m", "benchmarks.stock"]
    with (folder / "log").open("wb") as log, listening(there.database), endpoint(there) as (port, _):
        process = subprocess.Popen(daemon, env=environment, stdout=log, stderr=log)
        try:
            _free(there)
            _post(port, there.tokens[1])  # it is up when it has answered once
            yield port
        finally:
            process.terminate()
            process.wait(30)
