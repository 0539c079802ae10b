"""The `spend` command: every bad input is one sentence on stderr and exit 2, every failure one sentence and exit 1."""

import sys

import typer

from spend_pipeline.cli import (
    alerts,
    budgets,
    clients,
    database,
    demo,
    export,
    integrations,
    providers,
    query,
    sandbox,
    secrets,
    serve,
    sync,
    up,
    worker,
)
from spend_pipeline.errors import ProviderFailure, Unavailable, UserError

app = typer.Typer(
    name="spend",
    help="What you still have, and what you spend, at every AI API provider you pay for.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("up")(up.up)
app.command("serve")(serve.serve)
app.command("worker")(worker.worker)
app.command("demo")(demo.demo)
app.command("sync")(sync.sync)
app.command("query")(query.query)
app.command("sandbox")(sandbox.sandbox)
app.add_typer(providers.app, name="providers")
app.add_typer(clients.app, name="clients")
app.add_typer(integrations.app, name="integrations")
app.add_typer(budgets.app, name="budgets")
app.add_typer(alerts.app, name="alerts")
app.add_typer(secrets.app, name="secrets")
app.add_typer(export.app, name="export")
app.add_typer(database.app, name="db")


# typer brings a click of its own, or uses the installed one, by its version: what it exports tells which.
UsageError: type[typer.BadParameter] = typer.BadParameter.__mro__[1]


def main() -> None:
    """Runs the command line and exits with its status."""
    try:
        status = app(standalone_mode=False)
    except UsageError as error:
        status = _say(error.format_message(), 2)
    except UserError as error:
        status = _say(str(error), 2)
    except (Unavailable, ProviderFailure) as error:
        status = _say(str(error), 1)
    except (KeyboardInterrupt, typer.Abort):
        status = 130
    sys.exit(status or 0)


def _say(sentence: str, status: int) -> int:
    if sentence:  # a command without arguments has printed its help already
        print(f"spend: {sentence}", file=sys.stderr)
    return status
