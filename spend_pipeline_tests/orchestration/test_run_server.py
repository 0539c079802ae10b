"""The server that warm runs are forked from: a fork that shares what it loaded, and ends with whoever started it."""

import subprocess
import sys
from collections.abc import Iterator

import psutil
import pytest

from spend_pipeline.orchestration.run_server import TITLE
from spend_pipeline_tests.api.endpoint import until

STARTER = """
import sys, os
from spend_pipeline.orchestration import run_server
from spend_pipeline.orchestration.launcher import warm_context

before = len(os.listdir("/proc/self/task")) if os.path.isdir("/proc/self/task") else 1
run_server.start()
print(before, flush=True)
for line in sys.stdin:
    process = warm_context().Process(target=print, args=("ran", line.strip()), kwargs={"flush": True})
    process.start()
    process.join()
    print(process.exitcode, flush=True)
"""


class Starter:
    """A process that has started a server, and starts a run in it for each line it is given."""

    def __init__(self) -> None:
        words = [sys.executable, "-P", "-c", STARTER]
        self.process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.threads_at_the_fork = int(self.line())

    def line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def run(self, name: str) -> tuple[str, str]:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{name}\n")
        self.process.stdin.flush()
        return self.line(), self.line()

    def server(self) -> psutil.Process:
        def found() -> list[psutil.Process]:
            return [each for each in psutil.Process(self.process.pid).children() if each.cmdline()[:1] == [TITLE]]

        until(lambda: len(found()) == 1)
        return found()[0]


@pytest.fixture
def starter() -> Iterator[Starter]:
    started = Starter()
    yield started
    started.process.kill()
    started.process.communicate()


def test_runs_are_forked_from_it(starter: Starter) -> None:
    """From one thread: a lock that another held at the fork would be held for ever."""
    assert starter.threads_at_the_fork == 1
    server = starter.server()
    assert [starter.run("first"), starter.run("second")] == [("ran first", "0"), ("ran second", "0")]
    assert starter.server() == server


def test_most_of_it_is_in_memory_once(starter: Starter) -> None:
    shared = starter.server().memory_full_info()
    assert shared.pss < 0.7 * shared.rss


def test_it_ends_with_whoever_started_it_however_that_ended(starter: Starter) -> None:
    server = starter.server()
    starter.process.kill()
    until(lambda: not server.is_running() or server.status() == psutil.STATUS_ZOMBIE)


def test_one_that_is_killed_is_replaced_by_the_next_run(starter: Starter) -> None:
    server = starter.server()
    server.kill()
    until(lambda: not server.is_running() or server.status() == psutil.STATUS_ZOMBIE)
    assert starter.run("afterwards") == ("ran afterwards", "0")
