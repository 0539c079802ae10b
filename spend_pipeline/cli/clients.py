"""`spend clients`: who may call the endpoint, and by which tokens."""

import re
from datetime import timedelta
from typing import Annotated

import typer

from spend_pipeline import tokens
from spend_pipeline.cli.opened import opened
from spend_pipeline.cli.output import AsJson, print_json, print_rows, say
from spend_pipeline.errors import UserError
from spend_pipeline.store import clients

app = typer.Typer(help="Clients: who may call the endpoint.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="The client's name.")]
Expires = Annotated[
    str | None, typer.Option(metavar="90d", help="When the token ends: in 90d, 12h or 30m. Never, if not given.")
]
UNITS = {"m": "minutes", "h": "hours", "d": "days"}
LONGEST = timedelta(days=3660)


@app.command()
def add(name: Name, expires: Expires = None, as_json: AsJson = False) -> None:
    """Add a client and show its token, this once."""
    after = _duration("--expires", expires)
    with opened() as (_, database):
        client, token = clients.add(database, name, after)
    _show(client, token, f"Added the client '{name}'. Its token, which is shown only now:", as_json=as_json)


@app.command("list")
def listed(as_json: AsJson = False) -> None:
    """List the clients, with how many tokens of each work, when one was last used, and when the last one ends."""
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


@app.command("tokens")
def listed_tokens(name: Name, as_json: AsJson = False) -> None:
    """List a client's tokens, by what may be shown of them."""
    with opened() as (_, database):
        rows = clients.tokens_of(database, name)
    print_rows(rows, as_json=as_json, empty=f"'{name}' has no token: `spend clients add-token {name}` gives it one.")


@app.command("add-token")
def add_token(name: Name, expires: Expires = None, as_json: AsJson = False) -> None:
    """Give a client one more token; those it has go on working."""
    after = _duration("--expires", expires)
    with opened() as (_, database):
        client = clients.by_name(database, name)
        _, token = clients.add_token(database, name, after)
    _show(client, token, f"Another token of '{name}', which is shown only now:", as_json=as_json)


@app.command("rotate-token")
def rotate_token(
    name: Name,
    expires: Expires = None,
    overlap: Annotated[
        str, typer.Option(metavar="24h", help="How long the old tokens go on working, such as 24h.")
    ] = "0m",
    as_json: AsJson = False,
) -> None:
    """Replace a client's tokens; the old ones stop working at once, or after the overlap."""
    after, still = _duration("--expires", expires), _duration("--overlap", overlap) or timedelta(0)
    with opened() as (_, database):
        client = clients.by_name(database, name)
        token = clients.rotate_token(database, name, after, still)
    _show(client, token, f"The new token of '{name}', which is shown only now:", as_json=as_json)


@app.command("revoke-token")
def revoke_token(
    name: Name,
    token_id: Annotated[int, typer.Argument(min=1, max=2**63 - 1, help="As `spend clients tokens` lists it.")],
) -> None:
    """End one token of a client at once."""
    with opened() as (_, database):
        clients.revoke_token(database, name, token_id)
    say(f"The token {token_id} of '{name}' is revoked.")


def _show(client: clients.Client, token: tokens.Token, sentence: str, *, as_json: bool) -> None:
    if as_json:
        print_json({"id": client.id, "name": client.name, "token": token.text})
    else:
        say(sentence)
        typer.echo(token.text)


def _duration(option: str, given: str | None) -> timedelta | None:
    """Raises UserError for what is not so many minutes, hours or days."""
    if given is None:
        return None
    match = re.fullmatch(r"([0-9]{1,7})([mhd])", given)
    duration = timedelta(**{UNITS[match[2]]: int(match[1])}) if match else LONGEST + timedelta(1)
    if duration > LONGEST or (option == "--expires" and not duration):
        raise UserError(f"'{given}' is no {option}: write it like 90d, 12h or 30m, and at most ten years")
    return duration
