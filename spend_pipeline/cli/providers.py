"""`spend providers`: what each provider tells, and with which key; and files that declare one, checked and tried."""

from pathlib import Path
from typing import Annotated

import typer

from spend_pipeline.catalog import Entry, built_in, catalog, of_packages, unambiguous
from spend_pipeline.cli.output import AsJson, print_rows
from spend_pipeline.cli.trial import trial
from spend_pipeline.declared.file import BrokenFile, read
from spend_pipeline.providers.declaration import FIGURES, LABELS, Provider
from spend_pipeline.providers.table import rows, short
from spend_pipeline.settings import load

app = typer.Typer(help="Providers: what each tells, and with which key; and declaring your own.")
app.command("try")(trial)


@app.callback(invoke_without_command=True)
def providers(context: typer.Context, as_json: AsJson = False) -> None:
    """List what each provider exposes, or check and try a file that declares one."""
    if context.invoked_subcommand is None:
        listed(as_json)


@app.command("list")
def listed(as_json: AsJson = False) -> None:
    """List what each provider exposes: balance, usage today, usage this month, and the key each needs."""
    told = rows(catalog(load()).values())
    print_rows(told if as_json else [short(row) for row in told], as_json=as_json, empty="")


@app.command()
def check(file: Annotated[Path, typer.Argument(help="The TOML file that declares a provider.")]) -> None:
    """Say what a file declares, or everything that is wrong with it, by line and field."""
    try:
        declared = read(file)
    except BrokenFile as broken:
        for problem in broken.problems:
            typer.echo(f"spend: {problem}", err=True)
        raise typer.Exit(2) from None
    unambiguous([*built_in(), *of_packages(), Entry(declared.provider, str(file))])
    typer.echo(_said(declared.provider))


def _said(provider: Provider) -> str:
    """What a declaration declares, in a sentence."""
    calls = [call for access in provider.access for call in access.calls]
    figures = [LABELS[name] for name in FIGURES if any(name in call.gives for call in calls)]
    names = [credential.name for credential in provider.credentials]
    requests = "one call" if len(calls) == 1 else f"{len(calls)} calls"
    return (
        f"{provider.name} is {provider.label} at {provider.base_url}: {', '.join(figures)}, "
        f"by {requests}, with {', '.join(names)}."
    )
