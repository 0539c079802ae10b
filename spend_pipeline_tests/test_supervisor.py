"""The supervisor over a real daemon: one that lives and does nothing is started anew, a healthy one is left alone."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from spend_pipeline.instance import environment
from spend_pipeline.settings import Settings
from spend_pipeline.store.database import Database
from spend_pipeline.up.supervisor import LOOK_SECONDS, SILENT_SECONDS, Supervisor


@dataclass
class Watched:
    """A supervisor at work, and the seconds for which it hears nothing of its daemon."""

    supervisor: Supervisor
    silent: list[float | None]
    said: list[str] = field(default_factory=list)

    @property
    def daemon(self) -> int:
        return self.supervisor.running["daemon"].pid


@pytest.fixture
def watched(tmp_path: Path, database: Database) -> Iterator[Watched]:
    workspace = tmp_path / "workspace.yaml"
    workspace.write_text("load_from: []", encoding="utf-8")
    silent: list[float | None] = [None]
    said: list[str] = []
    supervisor = Supervisor(
        {"daemon": ["run", "--workspace", str(workspace)]},
        environment(Settings(home=tmp_path), database.url),
        tmp_path / "logs",
        said.append,
        silence=lambda: silent[0],
    )
    supervisor.start()
    watcher = threading.Thread(target=supervisor.watch)
    watcher.start()
    yield Watched(supervisor, silent, said)
    supervisor.stopping.set()
    watcher.join()
    supervisor.end()


def test_a_daemon_that_falls_silent_is_started_anew_once(watched: Watched) -> None:
    first = watched.daemon
    watched.silent[0] = 1.0
    _until(lambda: watched.supervisor.heard)
    watched.silent[0] = SILENT_SECONDS + 1.0
    _until(lambda: watched.daemon != first)
    second = watched.daemon
    time.sleep(4 * LOOK_SECONDS)  # it has its time to be heard of
    assert watched.daemon == second
    assert len(watched.said) == 1
    assert "'daemon'" in watched.said[0]


@pytest.mark.parametrize("silent", [None, SILENT_SECONDS - 1.0, 10 * SILENT_SECONDS])
def test_a_daemon_is_left_alone_that_beats_or_never_did(watched: Watched, silent: float | None) -> None:
    """Who turned its sensors off wants it to be silent; while the database is away, nobody knows."""
    first = watched.daemon
    watched.silent[0] = silent
    time.sleep(4 * LOOK_SECONDS)
    assert watched.daemon == first
    assert watched.said == []


def _until(true: Callable[[], bool]) -> None:
    until = time.monotonic() + 30
    while not true():
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.05)
