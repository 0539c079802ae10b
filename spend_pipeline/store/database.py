"""The database: an engine, transactions, statements by file name, and listening for notifications."""

import copy
import selectors
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any

import psycopg2  # type: ignore[import-untyped]
from sqlalchemy import Connection, Engine, RowMapping, TextClause, create_engine, make_url, text
from sqlalchemy.exc import ArgumentError, DataError, InterfaceError, InternalError, OperationalError, ProgrammingError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from spend_pipeline.errors import Unavailable, UserError
from spend_pipeline.house import SQL

DRIVER = "postgresql+psycopg2"
# To the driver, a server that only reads (a standby, a failover half done) is an internal error. The last is the
# driver's own: a connection that listens is read without SQLAlchemy in between.
GONE = (OperationalError, InterfaceError, InternalError, NoConnectionFree, psycopg2.Error)


def normalized_url(url: str) -> str:
    """A PostgreSQL URL with its driver named.

    Raises UserError for anything else; never quotes it, it may hold a password.
    """
    try:
        parsed = make_url(url.replace("postgres://", "postgresql://", 1))
    except (ArgumentError, ValueError):
        raise UserError("The database URL is not a URL: use postgresql://user:password@host:5432/name") from None
    if parsed.get_backend_name() != "postgresql" or not parsed.database:
        raise UserError("The database must be PostgreSQL: use postgresql://user:password@host:5432/name")
    return parsed.set(drivername=DRIVER).render_as_string(hide_password=False)


def for_programs(url: str) -> tuple[str, dict[str, str]]:
    """The URL as PostgreSQL's own programs take it, and the password as a variable: arguments are seen by everybody."""
    parsed = make_url(url).set(drivername="postgresql")
    password = {"PGPASSWORD": str(parsed.password)} if parsed.password else {}
    return parsed._replace(password=None).render_as_string(hide_password=False), password


def with_options(url: str, *options: str) -> str:
    """The URL with server settings added, each as `name=value`."""
    parsed = make_url(url)
    given = parsed.query.get("options", "")
    every = [given if isinstance(given, str) else " ".join(given), *(f"-c{option}" for option in options)]
    return parsed.update_query_dict({"options": " ".join(filter(None, every))}).render_as_string(hide_password=False)


@cache
def autocommitting(url: str) -> Engine:
    """The pool of a process that has Dagster's log to write: each statement is a transaction of its own.

    One connection stays open. There is no upper bound: as many as have work are opened, and closed after it.
    """
    return create_engine(url, isolation_level="AUTOCOMMIT", pool_size=1, max_overflow=-1, pool_pre_ping=True)


@cache
def statement(name: str) -> TextClause:
    """The statement of `sql/statements/<name>.sql`."""
    return text((SQL / "statements" / f"{name}.sql").read_text(encoding="utf-8"))


class Database:
    """A pool of connections to one PostgreSQL database."""

    def __init__(self, url: str, *, connections: int = 5) -> None:
        self.url = normalized_url(url)
        self._walled = False
        self.engine: Engine = create_engine(
            with_options(self.url, "timezone=UTC"),
            pool_size=connections,
            max_overflow=connections,
            pool_timeout=10,
            pool_pre_ping=True,
            connect_args={"application_name": "spend-pipeline", "connect_timeout": 5},
            hide_parameters=True,  # a failing statement must not print what it was given
        )

    def behind_the_wall(self) -> "Database":
        """The same pool for the endpoint: no transaction of it sees more than the client that it acts for.

        Without one, not even that. Only what listens is outside: a notification's payload is all that it reads.
        """
        walled = copy.copy(self)
        walled._walled = True
        return walled

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """One transaction: committed at the end, undone by an exception.

        Raises Unavailable when there is no database.
        """
        with self.as_owner() as connection:
            if self._walled:
                _act_for(connection, None)
            yield connection

    @contextmanager
    def as_client(self, client_id: int) -> Iterator[Connection]:
        """One transaction on behalf of a client: everything that a route reads or writes goes through one.

        It acts under the endpoint's role, to which the database shows no other client's rows.
        """
        with self.as_owner() as connection:
            _act_for(connection, client_id)
            yield connection

    @contextmanager
    def as_owner(self) -> Iterator[Connection]:
        """One transaction under the role that we connect as, which owns the tables."""
        try:
            with self.engine.begin() as connection:
                yield connection
        except GONE as error:
            raise Unavailable(f"The database cannot be reached or gave up ({_cause(error)})") from None

    def rows(self, name: str, parameters: Mapping[str, Any] | None = None) -> list[RowMapping]:
        """The rows of one statement in a transaction of its own."""
        with self.transaction() as connection:
            return rows(connection, name, parameters)

    @contextmanager
    def notifications(self, channel: str) -> Iterator["Notifications"]:
        """Listens on a channel until the block ends. Raises Unavailable as `session` does."""
        with self.session() as connection:
            connection.execute(text(f'listen "{channel}"'))
            yield Notifications(connection.connection.driver_connection)

    @contextmanager
    def session(self) -> Iterator[Connection]:
        """A connection of one's own, outside any transaction, for what lasts as long as it does: listening, locks.

        Raises Unavailable when there is no database, or no longer.
        """
        try:
            with self.engine.connect() as connection:
                connection.execution_options(isolation_level="AUTOCOMMIT")
                try:
                    yield connection
                finally:
                    connection.invalidate()  # a pooled connection would go on listening, and holding
        except GONE as error:
            raise Unavailable(f"The database cannot be reached or hung up ({_cause(error)})") from None

    def dispose(self) -> None:
        self.engine.dispose()


class Notifications:
    """What is notified on a channel, as it comes."""

    def __init__(self, raw: Any) -> None:
        self._raw = raw

    def wait(self, seconds: float) -> list[str]:
        """The payloads that came, within this many seconds; empty when none did."""
        with selectors.DefaultSelector() as selector:  # select() fails on a socket numbered over 1023
            selector.register(self._raw, selectors.EVENT_READ)
            if selector.select(seconds):
                self._raw.poll()
        payloads = [notify.payload for notify in self._raw.notifies]
        self._raw.notifies.clear()
        return payloads


def rows(connection: Connection, name: str, parameters: Mapping[str, Any] | None = None) -> list[RowMapping]:
    """The rows of one statement; empty for one that answers none."""
    result = connection.execute(statement(name), dict(parameters or {}))
    return list(result.mappings()) if result.returns_rows else []


def row(connection: Connection, name: str, parameters: Mapping[str, Any] | None = None) -> RowMapping | None:
    """The first row of one statement, if any."""
    return next(iter(rows(connection, name, parameters)), None)


def _act_for(connection: Connection, client_id: int | None) -> None:
    """Until the end of the transaction only: a pooler may hand the connection to anybody after it."""
    try:
        rows(connection, "act_for_client", {"client_id": "" if client_id is None else str(client_id)})
    except (ProgrammingError, DataError):
        raise Unavailable("The endpoint's role is not there, or not ours to use: run `spend db upgrade`") from None


def _cause(error: Exception) -> str:
    """The kind of trouble, never the driver's text: that can quote the connection string."""
    return type(getattr(error, "orig", None) or error).__name__
