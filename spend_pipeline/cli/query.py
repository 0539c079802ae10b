"""`spend query`: the ready-made questions of sql/queries, answered as a table, CSV, JSON or Parquet."""

import csv
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from spend_pipeline.cli.opened import opened
from spend_pipeline.cli.output import print_json, print_rows, say
from spend_pipeline.errors import UserError
from spend_pipeline.store import clients, questions
from spend_pipeline.store.questions import Answer


class Form(StrEnum):
    """In which form an answer is printed."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    PARQUET = "parquet"


def query(
    name: Annotated[str | None, typer.Argument(help="Which question; without one, all are listed.")] = None,
    form: Annotated[Form, typer.Option("--format", help="Parquet needs --output.")] = Form.TABLE,
    client: Annotated[str | None, typer.Option(help="Only about this client.")] = None,
    output: Annotated[Path | None, typer.Option(help="Write a Parquet file here.")] = None,
) -> None:
    """Answer a ready-made question about balances and spend; the SQL of each is in sql/queries."""
    if (form is Form.PARQUET) != (output is not None):
        raise UserError("A Parquet file goes with both: --format parquet --output FILE")
    if name is None:
        listed = [{"question": each.name, "asks": each.asks} for each in questions.questions().values()]
        print_rows(listed, as_json=form is Form.JSON, empty="")
        return
    with opened() as (_, database):
        if client is not None:
            clients.by_name(database, client)
        answer = questions.ask(database, name, client=client)
    if form is Form.PARQUET and output is not None:
        _write_parquet(answer, output)
    elif form is Form.CSV:
        writer = csv.DictWriter(sys.stdout, answer.columns)
        writer.writeheader()
        writer.writerows(answer.plain_rows())
    elif form is Form.JSON:
        print_json(answer.plain_rows())
    else:
        print_rows(answer.rows, as_json=False, empty="Nothing to tell yet.")


def _write_parquet(answer: Answer, path: Path) -> None:
    """Amounts are exact decimals, moments have their zone; a column without any value is text."""
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ImportError:
        raise UserError("Parquet needs pyarrow: pip install 'spend-pipeline[parquet]'") from None
    columns = {name: pa.array([row[name] for row in answer.rows]) for name in answer.columns}
    typed = {
        name: values.cast(pa.string()) if pa.types.is_null(values.type) else values for name, values in columns.items()
    }
    try:
        parquet.write_table(pa.table(typed), path)
    except OSError as error:
        raise UserError(f"The file cannot be written ({error.strerror or type(error).__name__}): {path}") from None
    say(f"Wrote {len(answer.rows)} rows to {path}.")
