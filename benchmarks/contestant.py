"""One contestant in a process of its own: started, watched until a limit of time, and asked what it did."""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

from benchmarks.peers.job import Job
from benchmarks.shapes import Json

TOP = Path(__file__).resolve().parent.parent
THEIR_PYTHON = TOP / "benchmarks" / ".venv" / "bin" / "python"


@dataclass(frozen=True)
class Contestant:
    """A module of benchmarks.peers, with words for its command line."""

    label: str
    module: str
    words: tuple[str, ...] = ()
    theirs: bool = True
    in_flight: int = 64

    @property
    def is_there(self) -> bool:
        return not self.theirs or THEIR_PYTHON.exists()


def run(contestant: Contestant, job: Job, environment: Mapping[str, str], limit: float) -> dict[str, Json]:
    """What it told, and the largest memory of its processes together; `over` where it was stopped at the limit."""
    python = str(THEIR_PYTHON) if contestant.theirs else sys.executable
    words = [python, "-m", f"benchmarks.peers.{contestant.module}", json.dumps(asdict(job)), *contestant.words]
    started = time.perf_counter()
    with subprocess.Popen(
        words, cwd=TOP, env=dict(environment), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        watch = _Watch(process.pid)
        watch.start()
        try:
            output, _ = process.communicate(timeout=limit)
        except subprocess.TimeoutExpired:
            return {"over": True, "seconds": None, "rows": None, "memory_mb": watch.most, "error": ""}
        finally:
            watch.done.set()
            _end(process)
    told: dict[str, Json] = json.loads(output.strip().splitlines()[-1])
    whole = time.perf_counter() - started
    return {**told, "over": False, "process_seconds": whole, "memory_mb": max(told["memory_mb"], watch.most)}


def _end(process: "subprocess.Popen[str]") -> None:
    """Ends what is left of it, where it was stopped."""
    if process.poll() is not None:
        return
    for child in psutil.Process(process.pid).children(recursive=True):
        child.kill()
    process.kill()
    process.communicate()


class _Watch(threading.Thread):
    """Looks at the memory of a process and its children, five times a second."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self._pid = pid
        self.most = 0.0
        self.done = threading.Event()

    def run(self) -> None:
        while not self.done.wait(0.2):
            try:
                process = psutil.Process(self._pid)
                every = [process, *process.children(recursive=True)]
                self.most = max(self.most, sum(each.memory_info().rss for each in every) / 2**20)
            except psutil.Error:
                continue
