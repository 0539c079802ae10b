"""`spend export`: the charges in the form that other tools read, FinOps FOCUS 1.2."""

import csv
import io
import os
import tempfile
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from spend_pipeline.analytics.focus import COLUMNS, Value, charges
from spend_pipeline.cli.opened import opened
from spend_pipeline.cli.output import say
from spend_pipeline.errors import UserError

app = typer.Typer(help="Write charges for other tools.", no_args_is_help=True)


class Form(StrEnum):
    """In which form the rows are written."""

    CSV = "csv"
    PARQUET = "parquet"


@app.callback()
def export() -> None:
    """Write charges for other tools."""


@app.command("focus")
def focus(
    first: Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="The first UTC day.")],
    last: Annotated[datetime, typer.Option("--to", formats=["%Y-%m-%d"], help="The last UTC day, included.")],
    form: Annotated[Form, typer.Option("--format", help="Parquet needs --output.")] = Form.CSV,
    output: Annotated[Path | None, typer.Option(help="Write this file, which must not be there yet.")] = None,
) -> None:
    """Write usage and credit purchases as FinOps FOCUS 1.2; docs/focus.md explains every column."""
    days: tuple[date, date] = (first.date(), last.date())
    if days[0] > days[1]:
        raise UserError("--from is after --to: the first day comes first")
    if output is None and form is Form.PARQUET:
        raise UserError("A Parquet file needs --output FILE")
    if output is not None and output.exists():
        raise UserError(f"The file is there already: {output}")
    with opened() as (_, database):
        rows, unpriced = charges(database, *days)
    content = _csv(rows) if form is Form.CSV else _parquet(rows)
    if output is None:
        typer.echo(content.decode(), nl=False)
    else:
        _write(output, content)
        say(f"Wrote {len(rows)} charges to {output}.")
    if unpriced:
        say(f"{unpriced} charges are in units that are not money, and have no price: they are left out.")


def _csv(rows: list[dict[str, Value]]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, [column.name for column in COLUMNS], lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({name: f"{each:f}" if isinstance(each, Decimal) else each for name, each in row.items()})
    return text.getvalue().encode()


def _parquet(rows: list[dict[str, Value]]) -> bytes:
    """Amounts are exact decimals, everything else is text."""
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ImportError:
        raise UserError("Parquet needs pyarrow: pip install 'spend-pipeline[parquet]'") from None
    types = {column.name: pa.decimal256(76, 30) if column.is_amount else pa.string() for column in COLUMNS}
    sink = io.BytesIO()
    parquet.write_table(pa.table({name: pa.array([r[name] for r in rows], of) for name, of in types.items()}), sink)
    return sink.getvalue()


def _write(path: Path, content: bytes) -> None:
    """The whole file or none: written beside, and put in its place at the end, over nothing that is there."""
    try:
        descriptor, beside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.link(beside, path)
        finally:
            Path(beside).unlink()
    except FileExistsError:
        raise UserError(f"The file is there already: {path}") from None
    except OSError as error:
        raise UserError(f"The file cannot be written ({error.strerror or type(error).__name__}): {path}") from None
