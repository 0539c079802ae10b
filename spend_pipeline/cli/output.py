"""What a command prints: JSON for programs, tables for people, and anything said on the way on stderr."""

import json
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Column, Table

from spend_pipeline.period import stamp

UNFOLDED = 240  # columns of a table in a file or a pipe, which has no width of its own

stdout = Console(width=None if sys.stdout.isatty() else UNFOLDED)
stderr = Console(stderr=True)


AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]


def say(sentence: str) -> None:
    """Tells a person something, on stderr."""
    stderr.print(sentence, highlight=False, markup=False, soft_wrap=True)


def print_json(value: Any) -> None:
    """Pretty JSON on stdout, plain enough for any program."""
    typer.echo(json.dumps(value, indent=2, default=_plain))


def print_rows(rows: Sequence[Mapping[str, Any]], *, as_json: bool, empty: str) -> None:
    """Rows as a table, or as a JSON list."""
    if as_json:
        print_json([dict(row) for row in rows])
    elif rows:
        names = [name.replace("_", " ") for name in rows[0]]
        table = Table(
            *[Column(name, no_wrap=not at, overflow="fold") for at, name in enumerate(names)], box=SIMPLE_HEAD
        )
        for row in rows:
            table.add_row(*[_cell(value) for value in row.values()])
        stdout.print(table)
    else:
        say(empty)


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, datetime):
        return stamp(value)
    raise TypeError(f"{type(value).__name__} is not JSON")


def _cell(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return f"{value:,.2f}"
    if isinstance(value, datetime):
        return stamp(value)
    if isinstance(value, Mapping):
        return ", ".join(f"{name}={part}" for name, part in value.items())
    return str(value)
