"""The whole house, up: database, migrations and parts, ready to be used, in one block."""

import fcntl
import shutil
import socket
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from spend_pipeline.catalog import files
from spend_pipeline.embedded import EmbeddedPostgres, embedded, unusable
from spend_pipeline.errors import Unavailable, UserError
from spend_pipeline.instance import environment
from spend_pipeline.key_ring import vault
from spend_pipeline.settings import Settings
from spend_pipeline.store import heartbeats
from spend_pipeline.store.database import Database, normalized_url
from spend_pipeline.store.migrations import upgrade
from spend_pipeline.up.parts import Ports, arguments
from spend_pipeline.up.supervisor import Supervisor

READY_SECONDS = 120


@dataclass(frozen=True)
class House:
    """Where a running house answers."""

    api_url: str
    ui_url: str | None
    database: Database
    supervisor: Supervisor


@contextmanager
def up(settings: Settings, ports: Ports, say: Callable[[str], None]) -> Iterator[House]:
    """Everything, started and ready; ended when the block ends, the database last."""
    with ExitStack() as stack:
        stack.enter_context(_only_one(settings.home))
        for port in filter(None, (ports.api, ports.ui)):
            _check_free(ports.host, port)
        postgres, url = _database(settings, stack)
        database = Database(url)
        stack.callback(database.dispose)
        for name in upgrade(database):
            say(f"Applied the migration {name}")
        vault(settings, database)  # a key that is malformed or gone is told now, not by every sync
        heartbeats.forget(database)
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="spend-")))
        supervisor = Supervisor(
            arguments(ports, folder),
            environment(_with_kept_providers(settings, folder), url),
            settings.home / "logs",
            say,
            postgres,
            silence=lambda: _silence(database),
        )
        stack.callback(supervisor.end)
        stack.callback(_end_turns, database)
        supervisor.start()
        house = House(
            f"http://{ports.host}:{ports.api}",
            f"http://{ports.host}:{ports.ui}" if ports.ui else None,
            database,
            supervisor,
        )
        _watch_until_ready(house)
        yield house


def _end_turns(database: Database) -> None:
    """Listening sensors end their turns at once instead of in their own time."""
    with suppress(Unavailable):
        heartbeats.forget(database)


def _with_kept_providers(settings: Settings, folder: Path) -> Settings:
    """The settings over copies of the files that declare providers.

    Every part reads the same ones, whenever it is started again: a changed file counts from the next `spend up` on.
    """
    kept = folder / "providers"
    kept.mkdir()
    for number, file in enumerate(files(settings)):
        shutil.copyfile(file, kept / f"{number:04}-{file.stem}.toml")
    return settings.model_copy(update={"providers_path": str(kept)})


def _database(settings: Settings, stack: ExitStack) -> tuple[EmbeddedPostgres | None, str]:
    if settings.database_url is not None:
        return None, normalized_url(settings.database_url.get_secret_value())
    return stack.enter_context(embedded(settings.home))


@contextmanager
def _only_one(home: Path) -> Iterator[None]:
    """Holds the home for this process. Raises UserError where another `spend up` has it, or nobody can."""
    try:
        home.mkdir(parents=True, exist_ok=True)
        lock = (home / "up.lock").open("w")
    except OSError as error:
        raise unusable(home, error) from None
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UserError(
                f"`spend up` runs already in {home}: stop it first, or set SPEND_HOME to another folder"
            ) from None
        yield


def _check_free(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise UserError(f"Port {port} on {host} cannot be used ({error.strerror}): choose another") from None


def _watch_until_ready(house: House) -> None:
    """Keeps the parts running in the background, and returns when the endpoint and the UI say that they are ready."""
    watcher = threading.Thread(target=_watch, args=(house.supervisor,), daemon=True)
    watcher.start()
    wanted = [f"{house.api_url}/readyz", *([f"{house.ui_url}/server_info"] if house.ui_url else [])]
    until = time.monotonic() + READY_SECONDS
    while wanted:
        wanted = [url for url in wanted if not _answers(url)]
        if not watcher.is_alive() or time.monotonic() > until:
            raise Unavailable(f"Not every part became ready: {house.supervisor.logs} has the log of each")
        time.sleep(0.2)


def _watch(supervisor: Supervisor) -> None:
    try:
        supervisor.watch()
    except Unavailable as error:
        supervisor.say(str(error))
        supervisor.stopping.set()


def _silence(database: Database) -> float | None:
    """Seconds since a sensor last beat; None where there was none, or the database is away."""
    try:
        age = heartbeats.age(database)
    except Unavailable:
        return None
    return None if age is None else float(age)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as response:  # noqa: S310 - our own http URL
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False
