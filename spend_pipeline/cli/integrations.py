"""`spend integrations`: a client's accounts at providers."""

from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Annotated

import typer

from spend_pipeline.catalog import catalog, named
from spend_pipeline.cli.entered import KEY_VALUE, entered
from spend_pipeline.cli.opened import opened
from spend_pipeline.cli.output import AsJson, print_json, print_rows, say
from spend_pipeline.errors import ProviderFailure, UserError
from spend_pipeline.key_ring import vault
from spend_pipeline.money import Money
from spend_pipeline.period import parse_moment, stamp
from spend_pipeline.settings import Settings, load
from spend_pipeline.store import clients, integrations
from spend_pipeline.store.database import Database
from spend_pipeline.store.retention import KEPT_DAYS

app = typer.Typer(help="Integrations: a client's accounts at providers.", no_args_is_help=True)

Id = Annotated[
    int, typer.Argument(min=1, max=2**63 - 1, help="The integration's id, as `spend integrations list` shows it.")
]


@app.command()
def add(
    client: Annotated[str, typer.Option(help="The client's name.")],
    provider: Annotated[str, typer.Option(help="The provider's name, as `spend providers` lists it.")],
    credential: Annotated[
        list[str],
        typer.Option(help=KEY_VALUE),
    ],
    more: Annotated[list[str] | None, typer.Argument(metavar="[KEY=VALUE]...", help="More credentials.")] = None,
    label: Annotated[str, typer.Option(help="A label to tell accounts at one provider apart.")] = "",
    as_json: AsJson = False,
) -> None:
    """Add an integration; its credentials are sealed before they are stored."""
    declared = named(catalog(load()), provider)
    given = entered([*credential, *(more or [])], declared)
    with opened() as (settings, database):
        owner = clients.by_name(database, client)
        new = integrations.add(database, vault(settings, database), owner, declared, given, label=label)
    if as_json:
        print_json({"id": new})
    else:
        say(f"Added the integration {new}: {declared.label} of '{client}'. `spend sync --client {client}` reads it.")


@app.command("list")
def listed(
    client: Annotated[str | None, typer.Option(help="Only this client's.")] = None, as_json: AsJson = False
) -> None:
    """List integrations with their figures and errors."""
    with opened() as (_, database):
        if client is not None:
            clients.by_name(database, client)
        rows = integrations.listed(database, client)
    shown = rows if as_json else [{title: row[name] for title, name in TABLE.items()} for row in rows]
    print_rows(shown, as_json=as_json, empty="No integrations yet: `spend integrations add` adds one.")


TABLE = {
    "id": "id",
    "client": "client",
    "provider": "provider_name",
    "label": "key_label",
    "active": "is_active",
    "balance": "cached_balance",
    "today": "cached_usage_today",
    "month": "cached_usage_month",
    "read at": "billing_synced_at",
    "error": "billing_sync_error",
}


@app.command()
def remove(integration_id: Id) -> None:
    """Remove an integration and its credentials; its history stays for 90 days."""
    with opened() as (_, database):
        integrations.remove(database, integration_id)
    say(f"The integration {integration_id} is removed. Its history stays for {KEPT_DAYS} days.")


@app.command()
def enable(integration_id: Id) -> None:
    """Take an integration into syncs again."""
    with opened() as (_, database):
        integrations.set_active(database, integration_id, is_active=True)
    say(f"The integration {integration_id} is enabled.")


@app.command()
def disable(integration_id: Id) -> None:
    """Leave an integration out of syncs."""
    with opened() as (_, database):
        integrations.set_active(database, integration_id, is_active=False)
    say(f"The integration {integration_id} is disabled.")


@app.command("set-balance")
def set_balance(
    integration_id: Id,
    amount: Annotated[str, typer.Argument(help="The balance, such as 100 or 99.50.")],
    as_of: Annotated[
        str | None, typer.Option(help="When it was so, in UTC: 2026-11-01 is the start of that day. Now, if not given.")
    ] = None,
    currency: Annotated[str, typer.Option(help="Its currency, which must be the spend's.")] = "USD",
) -> None:
    """Record a balance that the provider does not tell; from then on the spend that is read is taken from it."""
    money, moment = _money(amount, currency), _moment(as_of)
    with opened() as (settings, database):
        _check_can_follow(settings, database, integration_id)
        integrations.set_balance(database, integration_id, money, moment)
    say(f"Recorded {money.amount} {money.currency} as of {stamp(moment)}. The next sync shows it less the spend since.")


def _money(amount: str, currency: str) -> Money:
    try:
        exact = Decimal(amount)
        if not exact.is_finite():
            raise InvalidOperation
        return Money.whole(exact, currency)
    except (InvalidOperation, ProviderFailure):
        raise UserError(
            f"'{amount} {currency}' is not an amount of money: write it like 100 or 99.50, and USD"
        ) from None


def _moment(text: str | None) -> datetime:
    now = datetime.now(UTC)
    try:
        moment = now if text is None else parse_moment(text)
    except ValueError:
        raise UserError(f"'{text}' is not a date or time: write it like 2026-11-01 or 2026-11-01T09:30Z") from None
    if moment > now:
        raise UserError(f"'{text}' is in the future: a balance can be recorded as of now or earlier")
    return moment


def _check_can_follow(settings: Settings, database: Database, integration_id: int) -> None:
    """Raises UserError where the provider tells its balance itself, or no spend to take from a recorded one."""
    row = integrations.by_id(database, integration_id)
    provider = named(catalog(settings), row["provider_name"])
    opened_credentials = vault(settings, database).open(
        row["credentials"], client_id=row["client_id"], integration_id=integration_id
    )
    calls = provider.access_for(frozenset(opened_credentials)).calls
    if any("balance" in call.gives and call.documented for call in calls):
        raise UserError(f"{provider.label} tells its balance itself, so none is recorded by hand")
    if not any("usage_month" in call.gives for call in calls):
        raise UserError(
            f"{provider.label} tells no spend with these credentials, so a recorded balance could not follow it"
        )
