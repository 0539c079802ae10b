"""What does it cost to run: the idle stack and a sync of everything, processor and memory, by process?"""

import json
import time
import urllib.request

from benchmarks import machine
from benchmarks.house import House, house
from benchmarks.running import PATH, Running, difference, running
from benchmarks.shapes import Json, Result, Table

SIZES = (40, 1_000, 5_000)
IDLE_SECONDS = 60.0
SETTLE_SECONDS = 30.0
TARGET_MB, TARGET_PERCENT = 600, 3


def measure(sizes: tuple[int, ...] = SIZES, idle: float = IDLE_SECONDS) -> Result:
    """`spend up` with its UI: left alone for a while, then asked for one sync of everything at each size."""
    with house(max(sizes)) as there:
        found = machine.described(there.postgres_version())
        there.keep_active(min(sizes))
        with running(there, ui=True) as up:
            time.sleep(SETTLE_SECONDS)
            rested = _idle(up, idle)
            synced = [_sync(up, there, size) for size in (sizes[0], *sizes)]
    tables = [Table(f"The idle stack, over {idle:.0f} s", rested), Table("One sync of everything", synced[1:])]
    total = rested[-1]
    met = total["memory, MB"] <= TARGET_MB and total["of one core, %"] <= TARGET_PERCENT
    notes = [
        f"The aim when idle is {TARGET_MB} MB and {TARGET_PERCENT} % of one core: {'met' if met else 'missed'}.",
        "Memory is each process's proportional share (PSS): what forked processes share is counted once.",
        "A sync here is asked for over HTTP; a scheduled one is the same run. The first was not counted.",
    ]
    return Result("cost", found, tables, notes, picture(rested))


def picture(rested: list[dict[str, Json]]) -> dict[str, Json]:
    bars = [{"process": row["process"], "MB": row["memory, MB"]} for row in rested if row["process"] != "all"]
    title = "Memory of the idle stack, by process"
    return {"title": title, "rows": bars, "x": "MB", "y": "process", "color": "process", "bars": True}


def _idle(up: Running, seconds: float) -> list[dict[str, Json]]:
    before = up.use()
    time.sleep(seconds)
    after = up.use()
    spent = difference(before, after)
    rows: list[dict[str, Json]] = [
        {"process": name, "memory, MB": use.memory_mb, "of one core, %": 100 * spent[name] / seconds}
        for name, use in after.items()
    ]
    memory, cpu = (sum(float(row[name]) for row in rows) for name in ("memory, MB", "of one core, %"))
    return [*rows, {"process": "all", "memory, MB": memory, "of one core, %": cpu}]


def _sync(up: Running, there: House, size: int) -> dict[str, Json]:
    there.keep_active(size)
    with there.database.as_owner() as connection:
        connection.exec_driver_sql("update clients set manual_sync_at = null")
    before, started = up.use(), time.perf_counter()
    request = urllib.request.Request(
        f"http://127.0.0.1:{up.port}{PATH}", method="POST", headers={"Authorization": f"Bearer {there.tokens[0]}"}
    )
    with urllib.request.urlopen(request, timeout=300) as response:
        synced = json.load(response)["synced"]
    seconds = time.perf_counter() - started
    time.sleep(5)  # the run's own end comes after the answer
    spent = difference(before, up.use())
    return {
        "accounts": size,
        "read": synced,
        "answered after, s": seconds,
        "processor, s": sum(spent.values()),
        **{f"{name}, s": cpu for name, cpu in spent.items() if name not in ("supervisor", "ui", "other")},
    }
