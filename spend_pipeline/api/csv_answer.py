"""Answers as CSV (RFC 4180): one line a row, the column names first."""

import csv
import io
from collections.abc import Sequence
from typing import Any

from fastapi import Response

DANGEROUS = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would take for a formula


def csv_answer(name: str, columns: Sequence[str], rows: Sequence[dict[str, Any]]) -> Response:
    """A file of that name to keep, its columns named even where it has no row."""
    written = io.StringIO()
    writer = csv.DictWriter(written, columns, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({column: _harmless(column, value) for column, value in row.items()} for row in rows)
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return Response(written.getvalue(), headers=headers, media_type="text/csv; charset=utf-8")


def _harmless(column: str, value: Any) -> Any:
    """A label is whatever a person wrote: a spreadsheet must not run it."""
    return f"'{value}" if column == "key_label" and str(value).startswith(DANGEROUS) else value
