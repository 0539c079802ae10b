"""Backup and restore of the whole database, ours and Dagster's, by PostgreSQL's own programs."""

import os
import subprocess
from pathlib import Path

from spend_pipeline.embedded import program
from spend_pipeline.errors import Unavailable, UserError
from spend_pipeline.store import rights
from spend_pipeline.store.database import Database, for_programs
from spend_pipeline.store.migrations import upgrade


def backup(database: Database, file: Path) -> None:
    """Writes a consistent copy of everything, while others go on working; the file is whole or is not there.

    It holds no key: sealed credentials in it are worth nothing without the secret key, which is backed up elsewhere.
    """
    if file.exists():
        raise UserError(f"{file} is there already: name another file")
    draft = file.with_name(f"{file.name}.part")
    try:
        draft.touch(mode=0o600)
        _run("pg_dump", database, "--format=custom", "--no-owner", f"--file={draft}")
        draft.rename(file)
    except OSError as error:
        raise UserError(f"{file} cannot be written ({error.strerror})") from None
    finally:
        draft.unlink(missing_ok=True)


def restore(database: Database, file: Path) -> list[str]:
    """Fills an empty database from a backup and brings its schema up to date: the migrations that took.

    Raises UserError where the database is not empty; where the restore fails, it stays empty.
    """
    if not file.is_file():
        raise UserError(f"{file} is not a file: name one that `spend db backup` wrote")
    if database.rows("tables_are_there")[0]["there"]:
        raise UserError("The database is not empty: restore into an empty SPEND_HOME, or a new database")
    with database.transaction() as connection:
        rights.make_roles(connection)
    _run("pg_restore", database, "--no-owner", "--exit-on-error", "--single-transaction", str(file))
    return upgrade(database)


def _run(name: str, database: Database, *arguments: str) -> None:
    url, password = for_programs(database.url)
    command = [str(program(name)), "--no-password", f"--dbname={url}", *arguments]
    done = subprocess.run(command, env={**os.environ, **password}, capture_output=True, text=True, check=False)
    if done.returncode:
        words = next((line for line in done.stderr.splitlines() if "error:" in line), f"status {done.returncode}")
        raise Unavailable(f"{name} failed: {words.removeprefix(f'{name}: ').removeprefix('error: ')}")
