"""`spend up` over a house of the benchmarks, and what its processes use."""

import resource
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from benchmarks.house import House

SPEND = str(Path(sys.executable).parent / "spend")
PATH = "/api/v1/integrations/sync-billing"
READY_SECONDS = 240.0


@dataclass(frozen=True)
class Use:
    """What processes used up to now: processor seconds, and memory as shared fairly among those who map it."""

    cpu: float
    memory_mb: float


@dataclass(frozen=True)
class Running:
    """A `spend up`: where its endpoint answers, and its process."""

    port: int
    process: "subprocess.Popen[bytes]"
    house: House

    def parts(self) -> dict[str, list[psutil.Process]]:
        """Its processes, by part; those of the database, which are not its children, beside them."""
        postmaster = int((self.house.settings.home / "postgres" / "postmaster.pid").read_text().split("\n")[0])
        own = psutil.Process(self.process.pid)
        found: dict[str, list[psutil.Process]] = {"supervisor": [own]}
        for child in own.children():
            words = child.cmdline()
            name = words[4] if words[1:4] == ["-P", "-m", "spend_pipeline.up.part"] else "other"
            found.setdefault(name, []).extend([child, *_own_children(child)])
            warm = [each for each in child.children(recursive=True) if _is_warm(each)]
            if warm:
                found.setdefault("warm runs", []).extend(warm)
        database = psutil.Process(postmaster)
        return {**found, "postgres": [database, *database.children()]}

    def use(self) -> dict[str, Use]:
        return {name: _used(each) for name, each in self.parts().items()}


@contextmanager
def running(house: House, mode: str = "well", *, ui: bool = False) -> Iterator[Running]:
    """Everything up and ready; ended with the block."""
    port = free_port()
    words = [SPEND, "up", "--api-port", str(port), *(["--ui-port", str(free_port())] if ui else ["--no-ui"])]
    environment = {**house.environment(mode, "up"), "SPEND_SYNC_WAIT_SECONDS": "60"}
    environment.pop("SPEND_DAGSTER_URL", None)
    with (house.settings.home / "up.log").open("ab") as log:
        process = subprocess.Popen(words, env=environment, stdout=log, stderr=log)
        try:
            wait_for(f"http://127.0.0.1:{port}/readyz", process)
            yield Running(port, process, house)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(60)


@contextmanager
def endpoint(house: House) -> Iterator[tuple[int, psutil.Process]]:
    """The endpoint alone: its port and its process."""
    port = free_port()
    words = [sys.executable, "-P", "-m", "spend_pipeline.up.part", "endpoint", "127.0.0.1", str(port)]
    environment = {**house.environment("well", "endpoint"), "SPEND_SYNC_WAIT_SECONDS": "120"}
    with subprocess.Popen(words, env=environment, stdin=subprocess.PIPE) as process:
        wait_for(f"http://127.0.0.1:{port}/healthz", process)
        yield port, psutil.Process(process.pid)
        process.terminate()


def wait_for(url: str, process: "subprocess.Popen[bytes]") -> None:
    """Returns when the address answers well; raises where the process ends or it takes too long."""
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until and process.poll() is None:
        with suppress(OSError), urllib.request.urlopen(url, timeout=5):
            return
        time.sleep(0.1)
    raise RuntimeError("What was started did not become ready")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def difference(before: Mapping[str, Use], after: Mapping[str, Use]) -> dict[str, float]:
    """Processor seconds by part in between; what ended in between is lost, what began counts whole."""
    return {name: max(0.0, use.cpu - before[name].cpu if name in before else use.cpu) for name, use in after.items()}


def _own_children(process: psutil.Process) -> list[psutil.Process]:
    return [each for each in process.children(recursive=True) if not _is_warm(each)]


def _is_warm(process: psutil.Process) -> bool:
    """Whether it is the server that runs are forked from, one of those runs, or their tracker."""
    words = " ".join(process.cmdline())
    return words.startswith("spend-pipeline ") or "resource_tracker" in words


def _used(processes: list[psutil.Process]) -> Use:
    cpu, memory = 0.0, 0.0
    for each in processes:
        with suppress(psutil.Error):
            times = each.cpu_times()
            cpu += times.user + times.system + times.children_user + times.children_system
            memory += _memory(each)
    return Use(cpu, memory / 2**20)


def _memory(process: psutil.Process) -> int:
    """Its proportional share (PSS) where the system tells it, else all that is resident."""
    try:
        return int(process.memory_full_info().pss)
    except (psutil.Error, AttributeError):
        return int(process.memory_info().rss)


def open_files(wanted: int) -> None:
    """As many files as thousands of connections need, if the system allows it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, wanted)), hard))
