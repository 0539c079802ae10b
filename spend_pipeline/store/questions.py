"""The ready-made questions: one a file of `sql/queries/`, which any SQL client can run just as well."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from spend_pipeline.errors import UserError
from spend_pipeline.house import SQL
from spend_pipeline.period import stamp
from spend_pipeline.store.database import Database, rows


@dataclass(frozen=True)
class Question:
    """A file of `sql/queries/`; its first line says what it asks."""

    name: str
    sql: str

    @property
    def asks(self) -> str:
        return self.sql.partition("\n")[0].removeprefix("-- ")


@dataclass(frozen=True)
class Answer:
    """The columns in their order, and the rows; exact amounts as Decimal, moments in UTC, null as None."""

    columns: list[str]
    rows: Sequence[dict[str, Any]]

    def plain_rows(self) -> list[dict[str, Any]]:
        """The rows as text files carry them: amounts never in scientific notation, moments as the API writes them."""
        return [{name: _text(value) for name, value in row.items()} for row in self.rows]


def questions(folder: Path = SQL / "queries") -> dict[str, Question]:
    """Every question by its name."""
    return {path.stem: Question(path.stem, path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.sql"))}


def ask(database: Database, name: str, *, client: str | None = None, at: datetime | None = None) -> Answer:
    """The answer about all clients or one, as of now or of a moment. Raises UserError for an unknown question."""
    every = questions()
    if name not in every:
        raise UserError(f"No question is named '{name}': there are {', '.join(every)}")
    with database.transaction() as connection:
        connection.exec_driver_sql("set transaction read only")
        rows(connection, "ask_as", {"client": client or "", "moment": at.isoformat() if at else ""})
        result = connection.exec_driver_sql(every[name].sql.replace("%", "%%"))
        return Answer(list(result.keys()), [_plain(row._asdict()) for row in result])


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    """Amounts without the zeros that arithmetic left at their end."""
    return {name: _shortest(value) if isinstance(value, Decimal) else value for name, value in row.items()}


def _shortest(amount: Decimal) -> Decimal:
    exponent = amount.normalize().as_tuple().exponent
    return amount.normalize() if isinstance(exponent, int) and exponent <= 0 else amount.quantize(Decimal(1))


def _text(value: Any) -> Any:
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, datetime):
        return stamp(value)
    return value.isoformat() if isinstance(value, date) else value
