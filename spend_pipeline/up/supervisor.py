"""The supervisor: starts the parts, names and restarts one that dies, and ends all of them together."""

import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from spend_pipeline.embedded import EmbeddedPostgres
from spend_pipeline.errors import Unavailable

LOOK_SECONDS = 0.5
END_SECONDS = 15
SILENT_SECONDS = 90  # a daemon beats every five seconds
DEATHS, WITHIN_SECONDS = 5, 60  # a part that dies more often than this has a reason that a restart does not mend


@dataclass
class Supervisor:
    """Runs named parts until `stop` is set. `say` is told, in a sentence, of everything that a person should know.

    `silence` tells how long ago the daemon was heard of, in seconds; None where that is not known.
    """

    parts: Mapping[str, list[str]]
    environment: Mapping[str, str]
    logs: Path
    say: Callable[[str], None]
    postgres: EmbeddedPostgres | None = None
    silence: Callable[[], float | None] = lambda: None
    stopping: threading.Event = field(default_factory=threading.Event)
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    deaths: dict[str, deque[float]] = field(default_factory=dict)
    heard: bool = False

    def start(self) -> None:
        self.logs.mkdir(parents=True, exist_ok=True)
        for name in self.parts:
            self._start(name)

    def watch(self) -> None:
        """Restarts what dies until told to stop. Raises Unavailable where one part keeps dying."""
        while not self.stopping.wait(LOOK_SECONDS):
            if self.postgres is not None and not self.postgres.running:
                self._restart(self.postgres)
            self._end_silent_daemon()
            for name, process in list(self.running.items()):
                if process.poll() is not None:
                    self._note_death(name, f"ended with status {process.returncode}")
                    self._start(name)

    def end(self) -> None:
        """Asks every part to end, the newest first, and kills what does not within 15 s."""
        self.stopping.set()
        for process in reversed(self.running.values()):
            process.terminate()
        until = time.monotonic() + END_SECONDS
        for process in self.running.values():
            try:
                process.wait(max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _start(self, name: str) -> None:
        with (self.logs / f"{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen(
                # -P: a file of the folder this was started in must not stand in for a library
                [sys.executable, "-P", "-m", "spend_pipeline.up.part", name, *self.parts[name]],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=dict(self.environment),
                start_new_session=True,  # Ctrl-C reaches the supervisor, which ends the parts in order
            )

    def _restart(self, postgres: EmbeddedPostgres) -> None:
        """The server again; what is left of a killed one may stand in its way for a moment."""
        self._note_death("postgres", "is gone")
        try:
            postgres.start()
        except Unavailable:
            self.stopping.wait(2 * len(self.deaths["postgres"]))

    def _end_silent_daemon(self) -> None:
        """Kills a daemon that was heard of and is not any more: it lives, but a fault it met left it idle.

        One that was never heard of in its life is left alone: a person may have turned its sensor off.
        """
        silent = self.silence()
        if silent is not None and silent < SILENT_SECONDS:
            self.heard = True
        elif silent is not None and self.heard:
            self.heard = False
            self.running["daemon"].kill()
            self.running["daemon"].wait()

    def _note_death(self, name: str, how: str) -> None:
        died = self.deaths.setdefault(name, deque(maxlen=DEATHS))
        died.append(time.monotonic())
        if len(died) == DEATHS and died[-1] - died[0] < WITHIN_SECONDS:
            raise Unavailable(f"The part '{name}' {how}, {DEATHS} times in a minute: {self.logs / name}.log says why")
        self.say(f"The part '{name}' {how}; restarting it")
