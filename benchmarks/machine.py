"""What was measured on, and when: enough to judge a figure by, and no path of the machine."""

import os
import platform
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import psutil

from benchmarks.shapes import Json


def described(postgres: str) -> dict[str, Json]:
    """Cores, processor, memory, versions, the moment, and how busy the machine was with other work."""
    return {
        "cores": os.cpu_count(),
        "cpu": _cpu(),
        "memory_gb": round(psutil.virtual_memory().total / 2**30, 1),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "postgres": postgres,
        "dagster": version("dagster"),
        "date": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        "load_before": round(os.getloadavg()[0], 1),
    }


def in_words(machine: dict[str, Json]) -> str:
    """One line for the page."""
    return (
        f"{machine['cores']} cores of {machine['cpu']}, {machine['memory_gb']} GB, Python {machine['python']}, "
        f"PostgreSQL {machine['postgres']}, Dagster {machine['dagster']}; {machine['date']}; "
        f"load average before it began: {machine['load_before']}."
    )


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())
