"""The database as a place that may not be there, and whose address must not be told."""

import os
import resource
from contextlib import ExitStack
from decimal import Decimal

import pytest
from sqlalchemy import text

from spend_pipeline.errors import Unavailable, UserError
from spend_pipeline.store.database import Database, normalized_url, with_options
from spend_pipeline_tests.store.books import scalar, write

NOWHERE = "postgresql://somebody:a-password@127.0.0.1:1/none"


@pytest.mark.parametrize("url", ["postgres://u:p@h/d", "postgresql://u:p@h/d", "postgresql+asyncpg://u:p@h/d"])
def test_a_url_gets_the_driver_that_is_here(url: str) -> None:
    assert normalized_url(url) == "postgresql+psycopg2://u:p@h/d"


@pytest.mark.parametrize("url", ["", "h:5432/d", "mysql://u:a-password@h/d", "postgresql://u:a-password@h", "x" * 9999])
def test_another_url_is_refused_and_not_quoted(url: str) -> None:
    with pytest.raises(UserError, match="use postgresql://user:password@host:5432/name") as refused:
        normalized_url(url)
    assert "a-password" not in str(refused.value)


def test_options_are_added_to_those_there_are() -> None:
    url = with_options("postgresql+psycopg2://u@h/d?options=-cstatement_timeout%3D5s", "timezone=UTC")
    assert url.count("options=") == 1
    assert "statement_timeout" in url
    assert "timezone" in url


def test_a_session_is_in_utc_whatever_the_server_is_in(database: Database) -> None:
    write(database, f"alter database \"{scalar(database, 'select current_database()')}\" set timezone = 'Asia/Tokyo'")
    database.dispose()
    assert scalar(database, "show timezone") == "UTC"


def test_no_database_is_unavailable_and_its_address_not_told() -> None:
    away = Database(NOWHERE)
    with pytest.raises(Unavailable) as told:
        away.rows("list_clients")
    assert "a-password" not in str(told.value)
    assert "127.0.0.1" not in str(told.value)


def test_a_connection_that_was_cut_is_replaced(database: Database) -> None:
    """A restart of the server costs nobody an error afterwards."""
    database.rows("list_clients")
    other = Database(database.url)
    others = "pid <> pg_backend_pid() and datname = current_database()"
    assert scalar(other, f"select count(pg_terminate_backend(pid)) from pg_stat_activity where {others}") >= 1
    assert database.rows("list_clients") == []
    other.dispose()


def test_a_transaction_that_is_cut_is_undone(database: Database) -> None:
    with pytest.raises(Unavailable), database.transaction() as connection:  # noqa: PT012
        connection.execute(text("insert into heartbeats values ('half', now())"))
        connection.execute(text("select pg_terminate_backend(pg_backend_pid())"))
    assert scalar(database, "select count(*) from heartbeats") == 0


def test_numbers_come_back_as_decimals(database: Database) -> None:
    found = scalar(database, "select 0.10::numeric")
    assert (found, str(found)) == (Decimal("0.10"), "0.10")


def test_listening_works_however_many_connections_are_open(database: Database) -> None:
    """An endpoint with a thousand callers has numbered its sockets beyond what select() takes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(4096, hard), hard))
    with ExitStack() as stack:
        stack.callback(resource.setrlimit, resource.RLIMIT_NOFILE, (soft, hard))
        while stack.enter_context(open(os.devnull)).fileno() < 1024:
            pass
        with database.notifications("a_channel") as notifications:
            write(database, "notify a_channel, 'heard'")
            assert notifications.wait(5) == ["heard"]
