"""`spend budgets`: when to warn, of one integration, or of all that a client has together."""

from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Annotated, Any

import typer

from spend_pipeline.cli.opened import opened
from spend_pipeline.cli.output import AsJson, print_rows, say
from spend_pipeline.errors import UserError
from spend_pipeline.store import channels, clients, integrations

app = typer.Typer(help="Budgets: limits on spend, and how little may be left.", no_args_is_help=True)

NONE = "none"
MOST_DAYS = 3650
Limit = Annotated[str | None, typer.Option(metavar="USD", help="The most to spend a period; none takes it away.")]
LowBalance = Annotated[str | None, typer.Option(metavar="USD", help="Warn below it; none takes it away.")]
LowDays = Annotated[
    str | None, typer.Option(metavar="DAYS", help="Warn when the balance lasts fewer days; none takes it away.")
]


class Period(StrEnum):
    """What a spend limit is of: the UTC day or month."""

    daily = "daily"
    monthly = "monthly"


class Action(StrEnum):
    """What a gateway is to do above the limit."""

    warn = "warn"
    block = "block"


@app.command("list")
def listed(
    client: Annotated[str | None, typer.Option(help="Only this client's.")] = None, as_json: AsJson = False
) -> None:
    """List the budgets that are set; one without an integration is over all that the client has."""
    with opened() as (_, database):
        if client is not None:
            clients.by_name(database, client)
        rows = channels.budgets(database, client)
    print_rows(
        rows, as_json=as_json, empty="No budgets yet: `spend budgets integration ID` and `client NAME` set them."
    )


@app.command()
def integration(
    integration_id: Annotated[
        int, typer.Argument(min=1, max=2**63 - 1, help="The integration's id, as `spend integrations list` shows it.")
    ],
    spend_limit: Limit = None,
    period: Annotated[Period | None, typer.Option(help="What the spend limit is of.")] = None,
    action: Annotated[Action | None, typer.Option(help="What a gateway is to do above it.")] = None,
    low_balance: LowBalance = None,
    low_days_left: LowDays = None,
) -> None:
    """Set budgets of one integration; what is not named stays."""
    changes = _changes(spend_limit, period, low_balance, low_days_left)
    if action is not None:
        changes["spend_limit_action"] = action.value
    with opened() as (_, database):
        owner = integrations.by_id(database, integration_id)["client_id"]
        integrations.change(database, owner, integration_id, _some(changes))
    say(f"The budgets of the integration {integration_id} are set. The next sync looks at them.")


@app.command()
def client(
    name: Annotated[str, typer.Argument(help="The client's name.")],
    spend_limit: Limit = None,
    period: Annotated[Period | None, typer.Option(help="What the spend limit is of.")] = None,
    low_balance: LowBalance = None,
    low_days_left: LowDays = None,
) -> None:
    """Set budgets over all that a client has together; what is not named stays."""
    changes = _changes(spend_limit, period, low_balance, low_days_left)
    with opened() as (_, database):
        channels.set_client_budgets(database, clients.by_name(database, name), _some(changes))
    say(f"The budgets of '{name}' are set. The next sync looks at them.")


def _changes(
    spend_limit: str | None, period: Period | None, low_balance: str | None, low_days_left: str | None
) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    for column, given in (("spend_limit_amount", spend_limit), ("low_balance_amount", low_balance)):
        if given is not None:
            changes[column] = None if given == NONE else _usd(given)
    if low_days_left is not None:
        changes["low_days_left"] = None if low_days_left == NONE else _days(low_days_left)
    if period is not None:
        changes["spend_limit_period"] = period.value
    return changes


def _some(changes: dict[str, Any]) -> dict[str, Any]:
    if not changes:
        raise UserError("Nothing is named to be set: --spend-limit 100 --low-balance 10 --low-days-left 7")
    return changes


def _usd(text: str) -> Decimal:
    try:
        exact = Decimal(text)
    except InvalidOperation:
        exact = Decimal(-1)
    if not exact.is_finite() or not 0 <= exact < 10**12:
        raise UserError(f"'{text}' is no amount in USD: write it like 100 or 99.50, or {NONE}")
    return exact


def _days(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 5 and 1 <= int(text) <= MOST_DAYS):
        raise UserError(f"'{text}' is no number of days: write it like 7, or {NONE}")
    return int(text)
