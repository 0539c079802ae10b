"""`spend clients`: who may call the endpoint."""

from typing import Annotated

import typer

from spend_pipeline.cli.opened import opened
from spend_pipeline.cli.output import AsJson, print_json, print_rows, say
from spend_pipeline.store import clients

app = typer.Typer(help="Clients: who may call the endpoint.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="The client's name.")]


@app.command()
def add(name: Name, as_json: AsJson = False) -> None:
    """Add a client and show its token, this once."""
    with opened() as (_, database):
        client, token = clients.add(database, name)
    if as_json:
        print_json({"id": client.id, "name": client.name, "token": token.text})
    else:
        say(f"Added the client '{name}'. Its token, which is shown only now:")
        typer.echo(token.text)


@app.command("list")
def listed(as_json: AsJson = False) -> None:
    """List the clients."""
    with opened() as (_, database):
        rows = clients.listed(database)
    print_rows(rows, as_json=as_json, empty="No clients yet: `spend clients add NAME` adds one.")


@app.command()
def disable(name: Name) -> None:
    """Refuse a client's requests, and leave its integrations out of syncs."""
    with opened() as (_, database):
        clients.set_active(database, name, is_active=False)
    say(f"The client '{name}' is disabled.")


@app.command()
def enable(name: Name) -> None:
    """Accept a client's requests again."""
    with opened() as (_, database):
        clients.set_active(database, name, is_active=True)
    say(f"The client '{name}' is enabled.")


@app.command("rotate-token")
def rotate_token(name: Name, as_json: AsJson = False) -> None:
    """Replace a client's token; the old one stops working at once."""
    with opened() as (_, database):
        client = clients.by_name(database, name)
        token = clients.rotate_token(database, name)
    if as_json:
        print_json({"id": client.id, "name": client.name, "token": token.text})
    else:
        say(f"The new token of '{name}', which is shown only now:")
        typer.echo(token.text)
