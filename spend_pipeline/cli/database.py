"""`spend db`: the database in force."""

from pathlib import Path
from typing import Annotated

import typer

from spend_pipeline import backup as dump
from spend_pipeline.cli.opened import opened
from spend_pipeline.cli.output import AsJson, print_json, say
from spend_pipeline.embedded import database_url
from spend_pipeline.settings import load
from spend_pipeline.store.database import Database
from spend_pipeline.store.migrations import migrations, pending
from spend_pipeline.store.migrations import upgrade as apply_migrations

app = typer.Typer(help="The database: its schema and where it is.", no_args_is_help=True)


@app.command()
def upgrade(as_json: AsJson = False) -> None:
    """Apply the migrations that are missing."""
    with database_url(load()) as url:
        applied = apply_migrations(Database(url))
    if as_json:
        print_json({"applied": applied})
    else:
        say(f"Applied {', '.join(applied)}." if applied else "The schema is up to date.")


@app.command()
def url(as_json: AsJson = False) -> None:
    """Print the database's URL, password included, for psql and other clients."""
    with opened() as (_, database):
        plain = database.url.replace("+psycopg2", "")
    if as_json:
        print_json({"url": plain})
    else:
        typer.echo(plain)


@app.command()
def status(as_json: AsJson = False) -> None:
    """Say whether the database answers and its schema is up to date."""
    with database_url(load()) as url:
        missing = pending(Database(url))
    known = [migration.name for migration in migrations()]
    if as_json:
        print_json({"applied": [name for name in known if name not in missing], "pending": missing})
    elif missing:
        say(f"Not applied yet: {', '.join(missing)}. `spend db upgrade` applies them.")
    else:
        say(f"The database answers, and its schema is up to date ({known[-1]}).")


@app.command()
def backup(file: Annotated[Path, typer.Argument(help="The file to write.")]) -> None:
    """Write everything in the database to a file; the secret key is not in it."""
    with opened() as (settings, database):
        dump.backup(database, file)
        key = "SPEND_SECRET_KEY" if settings.secret_key else str(settings.home / "secret.key")
    say(f"Wrote {file}. Keep {key} as well, elsewhere: neither is worth anything without the other.")


@app.command()
def restore(file: Annotated[Path, typer.Argument(help="A file that `spend db backup` wrote.")]) -> None:
    """Fill an empty database from a backup, and bring its schema up to date."""
    with database_url(load()) as url:
        applied = dump.restore(Database(url), file)
    since = f", and applied {', '.join(applied)}" if applied else ""
    say(f"Restored {file}{since}.")
