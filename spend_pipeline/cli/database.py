"""`spend db`: the database in force."""

import typer

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
