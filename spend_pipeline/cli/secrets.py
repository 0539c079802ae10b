"""`spend secrets`: the keys that credentials, and the addresses of channels, are sealed with."""

from dataclasses import asdict
from typing import Any

import typer

from spend_pipeline.cli.opened import opened
from spend_pipeline.cli.output import AsJson, print_json, print_rows, say
from spend_pipeline.errors import Unavailable
from spend_pipeline.key_ring import next_key, vault
from spend_pipeline.store import resealing
from spend_pipeline.store.database import Database
from spend_pipeline.store.vault import Vault

app = typer.Typer(help="Secrets: the keys that credentials are sealed with.", no_args_is_help=True)


@app.command()
def rotate(as_json: AsJson = False) -> None:
    """Seal every secret under the first key of SPEND_SECRET_KEY, or under a new one in the key file.

    Stopped half-way, it goes on where it was when it is run again, and makes no other key for that.
    """
    with opened() as (settings, database), resealing.alone(database):
        made = next_key(settings, database)
        keys = vault(settings, database)
        outcome = resealing.reseal(database, keys)
        under = _under(database, keys)
    if as_json:
        report = {"key": keys.first, "made": made, "moved": outcome.moved, "keys": under}
        print_json({**report, "unreadable": _named(outcome.unreadable)})
    else:
        new = "the new key" if made else "the key"
        say(f"Sealed {outcome.moved} secrets anew under {new} {keys.first}.")
        print_rows(under, as_json=False, empty="No secrets are stored.")
    _refuse(outcome.unreadable)


@app.command()
def check(as_json: AsJson = False) -> None:
    """Open every secret, and name those that cannot be opened."""
    with opened() as (settings, database):
        keys = vault(settings, database)
        unreadable = resealing.check(database, keys)
        under = _under(database, keys)
    if as_json:
        print_json({"keys": under, "unreadable": _named(unreadable)})
    else:
        print_rows(under, as_json=False, empty="No secrets are stored.")
    _refuse(unreadable)


def _under(database: Database, keys: Vault) -> list[dict[str, Any]]:
    """Each key that is here or used: whether it is here, whether it seals, and how many secrets are under it."""
    used = resealing.keys_in_use(database)
    ids = [*keys.keys, *(key_id for key_id in used if key_id not in keys.keys)]
    return [
        {
            "key": key_id,
            "here": key_id in keys.keys,
            "seals": key_id == keys.first,
            **asdict(used.get(key_id, resealing.Under())),
        }
        for key_id in ids
    ]


def _named(unreadable: resealing.Unreadable) -> list[dict[str, Any]]:
    return [
        *({"integration_id": each, "error": error} for each, error in unreadable.integrations.items()),
        *({"channel_id": each, "error": error} for each, error in unreadable.channels.items()),
    ]


def _refuse(unreadable: resealing.Unreadable) -> None:
    """Raises Unavailable naming the integrations and channels, where there are any."""
    named = [
        f"{what} cannot be decrypted, and were left as they are: {', '.join(map(str, ids))}"
        for what, ids in (
            ("The credentials of these integrations", unreadable.integrations),
            ("The addresses of these channels", unreadable.channels),
        )
        if ids
    ]
    if named:
        raise Unavailable(
            f"{'. '.join(named)}. Bring back the key they were sealed with, or remove them and add them anew"
        )
