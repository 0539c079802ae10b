"""What every contestant is told, and what it tells: JSON in, JSON out, one line each."""

import json
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

SECONDS = 20.0  # what one account may take, for whoever can be told so


@dataclass(frozen=True)
class Job:
    """Which accounts to read, where, and the database to keep them in."""

    url: str
    accounts: int
    postgres: str
    table: str
    in_flight: int

    def account_url(self, account: int) -> str:
        return f"{self.url}/accounts/{account}"


def main(work: Callable[[Job], int]) -> None:
    """Runs the job of the command line, and prints the seconds it took without imports and the rows it says it kept."""
    job = Job(**json.loads(sys.argv[1]))
    started, error, rows = time.perf_counter(), "", 0
    try:
        rows = work(job)
    except Exception as failure:  # noqa: BLE001 - how it ended is part of the result
        error = type(failure).__name__
    seconds = time.perf_counter() - started
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    told = {
        "seconds": seconds,
        "rows": rows,
        "error": error,
        "memory_mb": _most_memory(),
        "cpu_seconds": sum(each.ru_utime + each.ru_stime for each in used),
    }
    print(f"\n{json.dumps(told)}", flush=True)


def _most_memory() -> float:
    """The most this process ever had, in MB. What `getrusage` says includes what it was forked from."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    line = next(line for line in status.read_text(encoding="utf-8").splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024
