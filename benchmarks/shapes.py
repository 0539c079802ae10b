"""What a benchmark hands on: a table, and what else is written down of it."""

from dataclasses import dataclass, field
from typing import Any

Json = Any


@dataclass(frozen=True)
class Table:
    """Rows under a caption; every row has the same columns."""

    caption: str
    rows: list[dict[str, Json]]

    def markdown(self) -> str:
        names = list(self.rows[0])
        lines = [f"**{self.caption}**", "", f"| {' | '.join(names)} |", f"|{'|'.join(' --- ' for _ in names)}|"]
        lines += [f"| {' | '.join(_shown(row[name]) for name in names)} |" for row in self.rows]
        return "\n".join(lines)


@dataclass(frozen=True)
class Result:
    """Tables, the machine they are of, a picture of the first, and sentences to read them by."""

    name: str
    machine: dict[str, Json]
    tables: list[Table]
    notes: list[str] = field(default_factory=list)
    picture: dict[str, Json] | None = None


def _shown(value: Json) -> str:
    if value is None:
        return "-"
    if isinstance(value, float):
        return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)
