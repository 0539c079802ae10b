"""The views: made where they changed, never at the cost of what others built on them; a role that reads only them."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from spend_pipeline.errors import Unavailable
from spend_pipeline.house import TOP
from spend_pipeline.store.database import Database
from spend_pipeline.store.migrations import upgrade
from spend_pipeline.store.views import View, apply, views
from spend_pipeline_tests.store.books import read, scalar, write

SURFACE = [view.name for view in views() if view.kind == "view"]
DOCS = TOP / "docs" / "analytics.md"


def applied(database: Database, listed: list[View]) -> list[str]:
    with database.transaction() as connection:
        return apply(connection, listed)


def changed(name: str, old: str, new: str) -> list[View]:
    """The views of this release, one of them written otherwise."""
    every = views()
    assert any(view.name == name and old in view.sql for view in every)
    return [replace(view, sql=view.sql.replace(old, new)) if view.name == name else view for view in every]


def test_what_has_not_changed_is_left_alone(database: Database) -> None:
    assert applied(database, views()) == []


def test_a_view_that_changed_is_made_anew_also_where_its_columns_did(database: Database) -> None:
    assert applied(database, changed("integration_errors", "snapshots.sync_id,", "null::uuid as sync_id,"))
    renamed = changed("sync_history", "counts.slowest_seconds", "counts.slowest_seconds as longest")
    renamed = [
        replace(view, sql=view.sql.replace("sync_history.slowest_seconds", "sync_history.longest")) for view in renamed
    ]
    assert applied(database, renamed)
    assert read(database, "select longest from sync_history") == []
    assert applied(database, views())
    assert read(database, "select slowest_seconds from sync_history") == []


def test_a_view_that_is_no_longer_listed_goes(database: Database) -> None:
    applied(database, [view for view in views() if view.name != "sync_history"])
    assert scalar(database, "select to_regclass('sync_history') is null")


def test_what_others_built_on_a_view_is_never_dropped(database: Database) -> None:
    """The upgrade says so and changes nothing."""
    write(database, "create view ours as select client, spend from monthly_spend")
    without = [view for view in views() if view.name != "monthly_spend"]
    with pytest.raises(Unavailable, match="drop whatever was built on them"):
        applied(database, without)
    assert read(database, "select * from ours") == []
    assert applied(database, views()) == []


def test_an_upgrade_makes_the_views_of_its_release(database: Database) -> None:
    write(database, "delete from applied_views where name = 'sync_history'")
    write(database, "drop view sync_history")
    upgrade(database)
    assert read(database, "select * from sync_history") == []


@pytest.mark.parametrize("name", SURFACE)
def test_every_column_has_a_comment_and_the_documentation_quotes_it(database: Database, name: str) -> None:
    """So that neither is ever older than the view."""
    rows = read(
        database,
        "select attname as name, col_description(attrelid, attnum) as comment from pg_attribute"
        " where attrelid = cast(:name as regclass) and attnum > 0 order by attnum",
        name=name,
    )
    assert [row["name"] for row in rows if not row["comment"]] == []
    assert _documented(name) == [(row["name"], row["comment"]) for row in rows]
    about = scalar(database, "select obj_description(cast(:name as regclass))", name=name)
    assert f"### `{name}`\n\n{about[0].upper()}{about[1:]}.\n" in DOCS.read_text(encoding="utf-8")


def test_the_reader_reads_the_views_and_nothing_else(database: Database) -> None:
    """Not the tables, where token hashes and sealed credentials are; and it changes nothing."""
    for name in SURFACE:
        assert _as_reader(database, f"select * from {name}")
    assert _as_reader(database, "select * from spend_by_day('2026-11-01', '2026-11-22')")
    for refused in ("select * from clients", "select * from integrations", "select * from spend_snapshots"):
        assert not _as_reader(database, refused), refused
    assert not _as_reader(database, "delete from spend_days")


def test_nobody_else_may_call_what_reads_with_its_owners_rights(database: Database) -> None:
    """Whoever can log in, without being the reader, sees no client's spend."""
    for view in views():
        if view.kind == "function":
            public = "select has_function_privilege('public', oid, 'execute') from pg_proc where proname = :name"
            assert scalar(database, public, name=view.name) is False, view.name


def test_a_database_whose_user_makes_no_roles_is_upgraded_all_the_same(empty_database: Database) -> None:
    """The endpoint's role was made for it by somebody else; the views work without a reader to grant them to."""
    owner = f"owner_{empty_database.engine.url.database}"
    url = empty_database.engine.url
    write(empty_database, f'create role "{owner}" login nosuperuser nocreaterole')
    write(empty_database, f'grant create on database "{url.database}" to "{owner}"')
    write(empty_database, f'grant all on schema public to "{owner}"')
    write(empty_database, f'create role "{owner}_api" nologin')
    write(empty_database, f'grant "{owner}_api" to "{owner}"')
    theirs = Database(url.set(username=owner).render_as_string(hide_password=False))
    try:
        upgrade(theirs)
        assert read(theirs, "select * from daily_spend") == []
    finally:
        theirs.dispose()
        write(empty_database, f'drop owned by "{owner}" cascade')
        write(empty_database, f'drop role "{owner}"')
        write(empty_database, f'drop role "{owner}_api"')


def _as_reader(database: Database, sql: str) -> bool:
    """Whether spend_reader may run this."""
    with database.engine.connect() as connection, connection.begin() as transaction:
        connection.execute(text("set local role spend_reader"))
        try:
            connection.execute(text(sql))
        except ProgrammingError as error:
            assert "permission denied" in str(error.orig)  # noqa: PT017 - what it says is the point
            return False
        finally:
            transaction.rollback()
    return True


def _documented(name: str) -> list[tuple[str, str]]:
    """The columns in docs/analytics.md, in their order."""
    section = re.split(r"^#+ ", _section(DOCS, f"### `{name}`"), flags=re.MULTILINE)[0]
    return [
        (row[0], row[1].replace("\\|", "|")) for row in re.findall(r"^\| `(\w+)` \| (.*) \|$", section, re.MULTILINE)
    ]


def _section(file: Path, heading: str) -> str:
    return file.read_text(encoding="utf-8").partition(f"{heading}\n")[2]
