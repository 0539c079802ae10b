"""Migrations: numbered SQL files, forward only, each applied once and never edited after it landed."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from spend_pipeline.errors import Unavailable
from spend_pipeline.house import SQL
from spend_pipeline.store import rights, views
from spend_pipeline.store.database import Database

LEDGER = """
create table if not exists schema_migrations (
    version integer primary key,
    name text not null,
    checksum text not null,
    applied_at timestamptz not null default now()
)
"""


@dataclass(frozen=True)
class Migration:
    """One file of `sql/migrations/`: `0001_clients.sql` is version 1."""

    version: int
    name: str
    sql: str

    @property
    def checksum(self) -> str:
        return hashlib.sha256(self.sql.encode()).hexdigest()


def migrations(folder: Path = SQL / "migrations") -> list[Migration]:
    """Every migration of this release, in order."""
    return [
        Migration(int(path.name.split("_")[0]), path.stem, path.read_text(encoding="utf-8"))
        for path in sorted(folder.glob("*.sql"))
    ]


def upgrade(database: Database, listed: list[Migration] | None = None) -> list[str]:
    """Applies what is missing, in one transaction, and answers the names. Two that upgrade at once wait for each other.

    The views follow where they changed; a list of one's own is applied without them.

    Raises Unavailable where the database is newer than this release, a migration that landed reads otherwise here, or
    one fails; then none of them is applied.
    """
    every = migrations() if listed is None else listed
    with database.transaction() as connection:
        connection.execute(text("select pg_advisory_xact_lock(hashtext('spend-pipeline migrations'))"))
        connection.execute(text(LEDGER))
        missing = _missing(connection, every)
        for migration in missing:
            _apply(connection, migration)
        made = views.apply(connection) if listed is None else []
        # Dagster keeps its own tables beside ours, in a schema that its connections name as their search path.
        connection.execute(text("create schema if not exists dagster"))
        if len(every) >= len(migrations()):  # they speak of what the last one makes
            rights.state(connection, anew=bool(missing or made))  # a function made anew is granted anew
    return [migration.name for migration in missing]


def _apply(connection: Connection, migration: Migration) -> None:
    try:
        connection.exec_driver_sql(migration.sql.replace("%", "%%"))
    except DBAPIError as error:
        kind = type(error.orig).__name__
        raise Unavailable(f"The migration {migration.name} failed ({kind}), so none was applied") from error
    connection.execute(
        text("insert into schema_migrations (version, name, checksum) values (:version, :name, :checksum)"),
        {"version": migration.version, "name": migration.name, "checksum": migration.checksum},
    )


def pending(database: Database) -> list[str]:
    """The names of the migrations that `upgrade` would apply. Raises as it does."""
    with database.as_owner() as connection:
        if connection.execute(text("select to_regclass('schema_migrations')")).scalar() is None:
            return [migration.name for migration in migrations()]
        return [migration.name for migration in _missing(connection, migrations())]


def _missing(connection: Connection, every: list[Migration]) -> list[Migration]:
    applied = {row.version: row.checksum for row in connection.execute(text("select * from schema_migrations"))}
    newer = set(applied) - {migration.version for migration in every}
    if newer:
        raise Unavailable(
            f"The database is newer than this release (migration {max(newer)}): install the newer release"
        )
    for migration in every:
        if applied.get(migration.version, migration.checksum) != migration.checksum:
            raise Unavailable(
                f"Migration {migration.name} is not the one this database was made with: restore the file"
            )
    return [migration for migration in every if migration.version not in applied]
