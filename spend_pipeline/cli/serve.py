"""`spend serve`: one part of what `spend up` starts, in the foreground, for a container of its own."""

import os
import re
from enum import StrEnum
from typing import Annotated

import typer

from spend_pipeline.catalog import catalog
from spend_pipeline.errors import UserError
from spend_pipeline.instance import environment
from spend_pipeline.settings import load
from spend_pipeline.store.database import normalized_url
from spend_pipeline.up.alone import CODE_PORT


class Part(StrEnum):
    """The parts, by the names that `spend up` logs them under."""

    CODE_SERVER = "code-server"
    DAEMON = "daemon"
    UI = "ui"
    ENDPOINT = "endpoint"


PORTS = {Part.CODE_SERVER: CODE_PORT, Part.UI: 3000, Part.ENDPOINT: 8400}


def serve(
    part: Annotated[Part, typer.Argument(help="Which part.")],
    host: Annotated[str, typer.Option(help="The address it listens on.")] = "127.0.0.1",
    port: Annotated[int | None, typer.Option(help="Its port, if not the usual one.")] = None,
    code_server: Annotated[
        str, typer.Option(help="Where the daemon and the UI find the code server: host:port.")
    ] = f"127.0.0.1:{CODE_PORT}",
    ui_read_only: Annotated[bool, typer.Option("--ui-read-only", help="A UI that starts nothing.")] = False,
) -> None:
    """Run one part alone over SPEND_DATABASE_URL, until it is told to stop. `spend up` runs all of them together."""
    from spend_pipeline.up.alone import arguments_alone
    from spend_pipeline.up.part import PARTS

    settings = load()
    catalog(settings)
    if settings.database_url is None or settings.secret_key is None:
        raise UserError("A part alone shares the database and the keys: set SPEND_DATABASE_URL and SPEND_SECRET_KEY")
    if not re.fullmatch(r"[^:/]+:\d{1,5}", code_server):
        raise UserError("--code-server is not an address: use host:port")
    os.environ.update(environment(settings, normalized_url(settings.database_url.get_secret_value())))
    folder = settings.home / "dagster"
    listening = port if port is not None else PORTS.get(part, 0)
    words = arguments_alone(
        part, host=host, port=listening, code_server=code_server, read_only=ui_read_only, folder=folder
    )
    PARTS[part](words)
