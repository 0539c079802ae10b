"""`spend providers try`: one reading by a file that declares a provider, and what was asked for it."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from spend_pipeline import credentials
from spend_pipeline.cli.entered import KEY_VALUE, entered
from spend_pipeline.cli.output import AsJson, print_json, print_rows, say
from spend_pipeline.declared.file import read
from spend_pipeline.fan_out import Limits
from spend_pipeline.integration import Integration
from spend_pipeline.outbound.ask import Figures
from spend_pipeline.period import Period
from spend_pipeline.providers.declaration import FIGURES, LABELS, Provider
from spend_pipeline.settings import Settings, load


def trial(
    file: Annotated[Path, typer.Argument(help="The TOML file that declares a provider.")],
    credential: Annotated[list[str], typer.Option(help=KEY_VALUE)],
    as_json: AsJson = False,
) -> None:
    """Ask the provider of a file once, and show its figures and the requests that were made."""
    provider, settings = read(file).provider, load()
    given = credentials.checked(provider, entered(credential, provider))
    figures, sent = _asked(provider, credentials.resolved(provider, given), settings)
    if as_json:
        print_json({"provider": provider.name, **_plain(figures), "requests": sent})
        return
    print_rows(_rows(figures), as_json=False, empty="")
    for note in figures.notes:
        say(note)
    print_rows(sent, as_json=False, empty="")


def _asked(provider: Provider, given: Mapping[str, str], settings: Settings) -> tuple[Figures, list[dict[str, Any]]]:
    """The figures and the requests, by the whole way a sync reads. Raises the reading's failure."""
    from spend_pipeline.outbound.watched import WatchedClient
    from spend_pipeline.reading import Reader

    client = WatchedClient(given, {"ca_bundle": str(settings.ca_bundle or "") or None, "proxy": settings.proxy})
    limits = Limits(seconds=settings.integration_deadline_seconds)
    reader = Reader(client, {provider.name: provider}, lambda _: given, limits, settings.provider_urls)
    (reading,) = reader.read_all([Integration(0, 0, provider.name, sealed="")], Period(datetime.now(UTC)))
    if reading.figures is None:
        raise reading.failure or AssertionError("a reading has figures or a failure")
    return reading.figures, [asdict(each) for each in client.sent]


def _rows(figures: Figures) -> list[dict[str, Any]]:
    """A row a figure, every digit as it was sent."""
    told = [(LABELS[name], getattr(figures, name)) for name in FIGURES]
    return [
        {
            "figure": label,
            "amount": f"{money.amount:f}" if money else None,
            "currency": money.currency if money else None,
        }
        for label, money in told
    ]


def _plain(figures: Figures) -> dict[str, Any]:
    told = {name: getattr(figures, name) for name in FIGURES}
    return {
        **{name: money and {"amount": f"{money.amount:f}", "currency": money.currency} for name, money in told.items()},
        "notes": list(figures.notes),
    }
