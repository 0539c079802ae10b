"""`spend sandbox`: a local server that speaks every provider's wire format."""

import json
from typing import TYPE_CHECKING, Annotated

import typer

from spend_pipeline.cli.output import say

if TYPE_CHECKING:
    from spend_pipeline.sandbox.server import Sandbox


def sandbox(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port to listen on; 0 takes a free one.")] = 8500,
) -> None:
    """Serve every provider's billing routes locally, with example keys and faults on demand; Ctrl-C ends it."""
    from spend_pipeline.sandbox.server import serve

    serve(host, port, _announce)


def _announce(running: "Sandbox") -> None:
    say(f"The sandbox answers at {running.url}, which lists its example keys and faults. Point the product at it with:")
    typer.echo(f"export SPEND_PROVIDER_URLS='{json.dumps(running.provider_urls)}'")
    typer.echo(f"export SPEND_FX_URL='{running.fx_url}'")
