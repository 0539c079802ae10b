"""`spend worker`: a machine more that runs are executed on."""

import os
import socket
from typing import Annotated

import typer

from spend_pipeline.cli.output import say
from spend_pipeline.errors import UserError
from spend_pipeline.instance import environment
from spend_pipeline.settings import load
from spend_pipeline.store.database import normalized_url


def worker(
    runs: Annotated[int, typer.Option(min=1, max=64, help="How many runs at the same time.")] = 2,
    name: Annotated[str, typer.Option(help="What it is called in the broker, before its host's name.")] = "spend",
) -> None:
    """Execute runs that the daemon hands out through SPEND_BROKER_URL, until Ctrl-C; then finish those under way."""
    settings = load()
    if settings.broker_url is None or settings.database_url is None:
        raise UserError("A worker takes runs from SPEND_BROKER_URL: set it, as on the machine of `spend up`")
    os.environ.update(environment(settings, normalized_url(settings.database_url.get_secret_value())))
    try:
        from spend_pipeline.orchestration import broker
    except ModuleNotFoundError as error:
        raise UserError(f"SPEND_BROKER_URL needs {error.name}: install spend-pipeline[distributed]") from None
    say(f"Taking runs, {runs} at the same time, on {socket.gethostname()}")
    broker.work(settings.broker_url.get_secret_value(), name, runs)
