"""`spend up`: everything at once, in the foreground."""

import signal
import threading
from typing import Annotated

import typer

from spend_pipeline.catalog import catalog
from spend_pipeline.cli.output import say
from spend_pipeline.errors import Unavailable
from spend_pipeline.settings import load
from spend_pipeline.up.parts import Ports


def up(
    host: Annotated[str, typer.Option(help="The address the endpoint and the UI listen on.")] = "127.0.0.1",
    api_port: Annotated[int, typer.Option(help="The endpoint's port.")] = 8400,
    ui_port: Annotated[int, typer.Option(help="The Dagster UI's port.")] = 3000,
    no_ui: Annotated[bool, typer.Option("--no-ui", help="Leave the Dagster UI out.")] = False,
    ui_read_only: Annotated[
        bool, typer.Option("--ui-read-only", help="A UI that shows everything and starts nothing.")
    ] = False,
) -> None:
    """Start database, Dagster and endpoint, and keep them running until Ctrl-C."""
    from spend_pipeline.up import house

    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    settings = load()
    catalog(settings)  # a broken declaration is told now, not by a part that does not start
    say("Starting: database, Dagster's code server, daemon and UI, and the endpoint")
    ports = Ports(host, api_port, None if no_ui else ui_port, ui_read_only)
    with house.up(settings, ports, say) as running:
        say(f"Ready. The page: {running.api_url}/\nThe endpoint: {running.api_url}/docs")
        if running.ui_url:
            say(f"The Dagster UI: {running.ui_url} (it has no login: docs/deployment.md says how to give it one)")
        while not stop.wait(0.2):
            if running.supervisor.stopping.is_set():
                raise Unavailable("A part does not stay up, so everything was stopped")
        say("Stopping")
    say("Stopped")
