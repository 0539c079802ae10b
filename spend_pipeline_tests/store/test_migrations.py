"""Migrations: each applied once, all or none, never edited, and no release runs on a newer database than it knows."""

import re
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from spend_pipeline.errors import Unavailable
from spend_pipeline.house import SQL
from spend_pipeline.store.database import Database
from spend_pipeline.store.migrations import Migration, migrations, pending, upgrade
from spend_pipeline_tests.store.books import read, scalar

TABLES = "select tablename from pg_tables where schemaname = 'public' order by tablename"
NEXT = migrations()[-1].version + 1


def names(database: Database) -> list[str]:
    return [row["tablename"] for row in read(database, TABLES)]


def applied(database: Database) -> list[int]:
    return [row["version"] for row in read(database, "select version from schema_migrations order by version")]


def test_versions_count_up_and_none_is_taken_twice() -> None:
    versions = [migration.version for migration in migrations()]
    assert versions == sorted(set(versions))


def test_the_first_upgrade_applies_all_and_the_second_none(empty_database: Database) -> None:
    every = [migration.name for migration in migrations()]
    assert pending(empty_database) == every
    assert upgrade(empty_database) == every
    before = read(empty_database, "select * from schema_migrations")
    assert upgrade(empty_database) == []
    assert pending(empty_database) == []
    assert read(empty_database, "select * from schema_migrations") == before


def test_looking_for_what_is_pending_changes_nothing(empty_database: Database) -> None:
    pending(empty_database)
    assert names(empty_database) == []


def test_upgrades_at_the_same_time_wait_for_each_other(empty_database: Database) -> None:
    """As two processes of one `spend up` do: one applies, the others find nothing missing."""
    together = threading.Barrier(4)
    outcomes: list[list[str]] = []

    def start() -> None:
        together.wait()
        outcomes.append(upgrade(Database(empty_database.url)))

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(len, outcomes)) == [0, 0, 0, len(migrations())]
    assert applied(empty_database) == [migration.version for migration in migrations()]


def test_an_upgrade_of_an_older_database_applies_what_is_missing(empty_database: Database) -> None:
    upgrade(empty_database, migrations()[:2])
    assert upgrade(empty_database) == [migration.name for migration in migrations()[2:]]


def test_an_edited_migration_is_refused(database: Database) -> None:
    edited = [replace(migration, sql=migration.sql + "-- edited") for migration in migrations()]
    with pytest.raises(Unavailable, match="0001_clients is not the one this database was made with"):
        upgrade(database, edited)


def test_a_newer_database_is_refused(database: Database) -> None:
    upgrade(database, [*migrations(), Migration(NEXT, "of_tomorrow", "create table of_tomorrow ()")])
    with pytest.raises(Unavailable, match=f"newer than this release \\(migration {NEXT}\\)"):
        upgrade(database)
    with pytest.raises(Unavailable, match="newer"):
        pending(database)


def test_a_migration_that_fails_leaves_everything_as_it_was(database: Database) -> None:
    """Also what the migrations before it did in the same upgrade; and the error names it."""
    good = Migration(NEXT, "0098_good", "create table good ()")
    bad = Migration(NEXT + 1, "0099_bad", "create table half ();\nselect no_such_column from clients")
    before = names(database), applied(database)
    with pytest.raises(Unavailable, match="0099_bad"):
        upgrade(database, [*migrations(), good, bad])
    assert (names(database), applied(database)) == before
    assert upgrade(database) == []


def test_a_percent_sign_in_a_migration_is_itself(database: Database) -> None:
    tenth = Migration(NEXT, "percent", "create view percent as select '100%' as all_of_it, 7 % 4 as rest")
    upgrade(database, [*migrations(), tenth])
    (row,) = read(database, "select * from percent")
    assert (row["all_of_it"], row["rest"]) == ("100%", 3)


def test_every_statement_knows_its_tables_and_columns(database: Database) -> None:
    """PostgreSQL plans each one: a table, column or type that is not there is an error."""
    for file in sorted((SQL / "statements").glob("*.sql")):
        sql = _with_nulls(file)
        with database.transaction() as connection:
            connection.exec_driver_sql(f"explain (generic_plan) {sql}".replace("%", "%%"))


def test_every_statement_says_first_what_it_is_for() -> None:
    for file in (SQL / "statements").glob("*.sql"):
        assert file.read_text(encoding="utf-8").startswith("-- "), file.name


def test_dagster_has_a_schema_of_its_own(database: Database) -> None:
    assert scalar(database, "select count(*) from pg_namespace where nspname = 'dagster'") == 1


def _with_nulls(file: Path) -> str:
    """The statement with $1, $2 and so on in the places of its parameters."""
    numbers: dict[str, int] = {}

    def number(match: re.Match[str]) -> str:
        return f"${numbers.setdefault(match[1], len(numbers) + 1)}"

    return re.sub(r"(?<![:\w]):(\w+)", number, file.read_text(encoding="utf-8"))
