"""The endpoint's role: made once for many databases, by users who may and by users who may not."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from uuid import uuid4

import pytest
from sqlalchemy import make_url

from spend_pipeline.errors import Unavailable
from spend_pipeline.store.database import Database
from spend_pipeline.store.migrations import Migration, migrations, upgrade
from spend_pipeline_tests.store.books import new_database, read, scalar, write

CURRENT = "select current_user"


@contextmanager
def owned(template_url: str, attributes: str, databases: int = 1) -> Iterator[tuple[Database, list[Database]]]:
    """Empty databases that a user with these attributes owns, seen by the administrator and by that user."""
    admin, user = Database(template_url), f"user_{uuid4().hex[:8]}"
    write(admin, f"create role {user} login {attributes}")
    with ExitStack() as stack:
        stack.callback(_drop, admin, user)
        theirs = []
        for _ in range(databases):
            empty = stack.enter_context(new_database(template_url, empty=True))
            write(admin, f"alter database {make_url(empty.url).database} owner to {user}")
            theirs.append(Database(make_url(empty.url).set(username=user).render_as_string(hide_password=False)))
            stack.callback(theirs[-1].dispose)
        yield admin, theirs


def _drop(admin: Database, user: str) -> None:
    write(admin, f"drop role if exists {user}_api")
    write(admin, f"drop role {user}")
    admin.dispose()


def test_a_user_who_may_make_roles_needs_nobody(template_url: str) -> None:
    with owned(template_url, "createrole") as (_, (database,)):
        assert len(upgrade(database)) == len(migrations())
        with database.as_client(1) as connection:
            assert connection.exec_driver_sql(CURRENT).scalar() == f"{scalar(database, CURRENT)}_api"
        assert upgrade(database) == []


def test_a_user_who_may_not_is_told_what_to_ask_for(template_url: str) -> None:
    """Nothing is applied; and what the sentence says is enough."""
    with owned(template_url, "") as (admin, (database,)):
        user = scalar(database, CURRENT)
        with pytest.raises(Unavailable) as told:
            upgrade(database)
        asked = str(told.value).split("`")[1]
        assert asked == f'create role "{user}_api" nologin; grant "{user}_api" to "{user}"'
        assert read(database, "select from pg_tables where schemaname = 'public'") == []
        for each in asked.split("; "):
            write(admin, each)
        assert len(upgrade(database)) == len(migrations())
        with database.as_client(1) as connection:
            assert connection.exec_driver_sql("select count(*) from integrations").scalar() == 0


def test_a_role_that_is_there_and_not_granted_is_not_enough(template_url: str) -> None:
    with owned(template_url, "") as (admin, (database,)):
        write(admin, f"create role {scalar(database, CURRENT)}_api nologin")
        with pytest.raises(Unavailable, match="may not make the role"):
            upgrade(database)


@pytest.mark.parametrize("attributes", ["createrole", "superuser"])
def test_databases_that_are_made_at_once_share_the_role(template_url: str, attributes: str) -> None:
    with owned(template_url, attributes, databases=4) as (_, databases):
        together, failed = threading.Barrier(4), list[Exception]()

        def start(database: Database) -> None:
            together.wait()
            try:
                upgrade(database)
                with database.as_client(1) as connection:
                    connection.exec_driver_sql("select count(*) from clients")
            except Exception as error:  # noqa: BLE001 - the test says which
                failed.append(error)

        threads = [threading.Thread(target=start, args=(database,)) for database in databases]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failed == []


def test_two_users_of_one_server_share_nothing(template_url: str) -> None:
    """Who may read one house's rows is nobody in the other."""
    with owned(template_url, "createrole") as (_, (mine,)), owned(template_url, "createrole") as (_, (theirs,)):
        upgrade(mine)
        upgrade(theirs)
        assert scalar(mine, CURRENT) != scalar(theirs, CURRENT)
        stranger = make_url(theirs.url).set(username=make_url(mine.url).username)
        with_their_rows = Database(stranger.render_as_string(hide_password=False))
        with pytest.raises(Exception, match="permission denied"), with_their_rows.as_client(1) as connection:
            connection.exec_driver_sql("select * from clients")
        with_their_rows.dispose()


def test_rights_are_stated_anew_after_every_migration(database: Database) -> None:
    """A right that somebody gave by hand is gone, and one that somebody took is back."""
    write(database, "grant select on client_tokens to postgres_api")
    write(database, "revoke select on clients from postgres_api")
    last = migrations()[-1].version
    upgrade(database, [*migrations(), Migration(last + 1, "tomorrow", "create table of_tomorrow ()")])
    with database.as_client(1) as connection:
        connection.exec_driver_sql("select * from clients")
    for table in ("client_tokens", "of_tomorrow"):
        assert not scalar(database, f"select has_table_privilege('postgres_api', '{table}', 'select')")


def test_a_restored_database_gets_its_rights_back(template_url: str) -> None:
    """A dump holds no roles: the next start makes them, and until then the endpoint says so."""
    with owned(template_url, "createrole") as (admin, (database,)):
        upgrade(database)
        role = f"{scalar(database, CURRENT)}_api"
        write(database, f"drop owned by {role}")
        write(admin, f"drop role {role}")
        with pytest.raises(Unavailable, match="run `spend db upgrade`"), database.as_client(1):
            pass
        assert upgrade(database) == []
        with database.as_client(1) as connection:
            connection.exec_driver_sql("select id from integrations")
