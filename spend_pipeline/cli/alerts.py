"""`spend alerts`: which budgets are crossed, and where clients are told of it."""

import secrets
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from spend_pipeline.alerts import channel as channels
from spend_pipeline.alerts.message import trial
from spend_pipeline.alerts.words import words
from spend_pipeline.catalog import catalog
from spend_pipeline.cli.entered import given
from spend_pipeline.cli.opened import opened
from spend_pipeline.cli.output import AsJson, print_json, print_rows, say
from spend_pipeline.errors import Unavailable, UserError
from spend_pipeline.key_ring import vault
from spend_pipeline.store import alerts, clients
from spend_pipeline.store import channels as store

app = typer.Typer(help="Alerts: crossed budgets, and where they are told.", no_args_is_help=True)
channel = typer.Typer(help="Channels: where a client is told of its alerts.", no_args_is_help=True)
app.add_typer(channel, name="channel")

OnlyClient = Annotated[str | None, typer.Option(help="Only this client's.")]
Id = Annotated[
    int, typer.Argument(min=0, max=2**63 - 1, help="The channel's id, as `spend alerts channel list` shows it.")
]


@app.command("list")
def listed(
    client: OnlyClient = None,
    everything: Annotated[bool, typer.Option("--all", help="Also those that ended and were told.")] = False,
    as_json: AsJson = False,
) -> None:
    """List open alerts and those that were not told, newest first, with why."""
    with opened() as (settings, database):
        if client is not None:
            clients.by_name(database, client)
        rows = alerts.listed(database, client, ended=everything)
        labels = {name: provider.label for name, provider in catalog(settings).items()}
    shown = rows if as_json else [_shown(row, labels) for row in rows]
    print_rows(shown, as_json=as_json, empty="No alert is open, and all that were have been told.")


@app.command()
def test(channel_id: Id) -> None:
    """Send a test message to a channel, and say what came back. Channel 0 is the one of SPEND_ALERT_CHANNEL."""
    from spend_pipeline.alerts.delivery import Undelivered
    from spend_pipeline.syncing import syncing

    with opened() as (settings, database):
        messenger = syncing(settings, database).messenger
        if messenger is None:
            raise Unavailable("Nothing can be sent from here")
        number = channel_id or None
        row: dict[str, Any] = {"client": "spend-pipeline"} if number is None else store.by_id(database, channel_id)
        now = datetime.now(UTC)
        message = trial(secrets.token_hex(16), row["client"], now)
        try:
            target = messenger.open({**row, "channel_id": number, "channel_kind": row.get("kind")})
            came_back = messenger.postman.deliver(message, target, int(now.timestamp()))
        except Undelivered as error:
            raise Unavailable(str(error)) from None
    say(f"{came_back}: {message.id}.")


@channel.command()
def add(
    client: Annotated[str, typer.Argument(help="The client's name.")],
    kind: Annotated[str, typer.Argument(help=f"One of {', '.join(channels.KINDS)}.")],
    address: Annotated[
        str, typer.Argument(help="The URL or the mailboxes: file:PATH, or - to type it unseen or pipe it in.")
    ] = "-",
    secret: Annotated[
        str | None, typer.Option(help="For webhook: whsec_..., as file:PATH. Made and shown once, if not given.")
    ] = None,
    label: Annotated[str, typer.Option(help="A label to tell channels apart.")] = "",
    as_json: AsJson = False,
) -> None:
    """Add a channel; its address is sealed before it is stored."""
    if kind == "email" and "@" in address:
        where = address
    elif address == "-" or address.startswith("file:"):
        where = given("address", address)
    else:
        raise UserError("An address is a secret, and arguments are seen by everybody: give file:PATH, or - to type it")
    if secret is not None and not secret.startswith("file:"):
        raise UserError("A secret is given as file:PATH: arguments are seen by everybody")
    if not label.isprintable() or len(label) > 100:
        raise UserError("A label is of up to 100 characters that can be printed")
    entered = channels.checked(kind, where, None if secret is None else given("secret", secret))
    preview = channels.preview(kind, entered)
    with opened() as (settings, database):
        owner = clients.by_name(database, client)
        new = store.add(database, vault(settings, database), owner, kind, entered, preview=preview, label=label)
    made = entered["secret"] if "secret" in entered and secret is None else None
    if as_json:
        print_json({"id": new, "preview": preview, "secret": made})
        return
    say(f"Added the channel {new}: {preview}. `spend alerts test {new}` sends it a message.")
    if made is not None:
        say("Its messages are signed by this secret, which is shown only now:")
        typer.echo(made)


@channel.command("list")
def listed_channels(client: OnlyClient = None, as_json: AsJson = False) -> None:
    """List channels, by what may be shown of them, with what went wrong there last."""
    with opened() as (_, database):
        if client is not None:
            clients.by_name(database, client)
        rows = store.listed(database, client)
    print_rows(rows, as_json=as_json, empty="No channels yet: `spend alerts channel add CLIENT KIND` adds one.")


@channel.command()
def remove(channel_id: Id) -> None:
    """Remove a channel, its address and what waited for it."""
    with opened() as (_, database):
        store.remove(database, channel_id)
    say(f"The channel {channel_id} is removed.")


def _shown(row: dict[str, Any], labels: dict[str, str]) -> dict[str, Any]:
    said = words(row, labels, ended=row["ended_at"] is not None and row["ended_because"] != "not_watched")
    told = [f"{row[name]} {name.replace('_', ' ')}" for name in ("delivered", "waiting", "given_up") if row[name]]
    return {
        "id": row["id"],
        "client": row["client"],
        "alert": said.title,
        "what": said.sentence,
        "fired at": row["fired_at"],
        "ended at": row["ended_at"],
        "told": ", ".join(told) or None,
        "error": row["error"],
    }
