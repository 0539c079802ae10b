"""The views: the stable surface of the database, one a file of `sql/views/`, made anew where a file has changed."""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from spend_pipeline.errors import Unavailable
from spend_pipeline.house import SQL
from spend_pipeline.store.database import rows

MADE = re.compile(r"^create or replace (view|function) (\w+)", re.MULTILINE)


@dataclass(frozen=True)
class View:
    """One file of `sql/views/`: `30_daily_spend.sql` makes `daily_spend` after whatever has a lower number."""

    name: str
    kind: str
    place: int
    sql: str

    @property
    def checksum(self) -> str:
        return hashlib.sha256(self.sql.encode()).hexdigest()


def views(folder: Path = SQL / "views") -> list[View]:
    """Every view and function of this release, in the order they are made in."""
    return [_view(path) for path in sorted(folder.glob("*.sql"))]


def apply(connection: Connection, listed: list[View] | None = None) -> list[str]:
    """Makes what changed, in the caller's transaction, and answers what was: nothing where nothing changed.

    Replaced in place where PostgreSQL can; where columns changed, all are dropped and made again. What others built on
    them is never dropped: then Unavailable is raised, and nothing has changed.
    """
    every = views() if listed is None else listed
    applied = {row["name"]: row["checksum"] for row in rows(connection, "applied_views")}
    wanted = {view.name: view.checksum for view in every}
    if applied == wanted:
        return []
    try:
        if applied.keys() <= wanted.keys() and _replaced(connection, every):
            return _noted(connection, every)
        for row in reversed(rows(connection, "applied_views")):
            connection.exec_driver_sql(f"drop {row['kind']} if exists {row['name']}")
        for view in every:
            _make(connection, view)
    except DBAPIError as error:
        kind = type(error.orig).__name__
        raise Unavailable(
            f"The views could not be made anew ({kind}): drop whatever was built on them, upgrade, then make it again"
        ) from error
    return _noted(connection, every)


def _view(path: Path) -> View:
    sql = path.read_text(encoding="utf-8")
    ((kind, name),) = MADE.findall(sql)
    return View(name, kind, int(path.name.split("_")[0]), sql)


def _replaced(connection: Connection, every: list[View]) -> bool:
    """Whether all could be replaced in place; undone where not."""
    try:
        with connection.begin_nested():
            for view in every:
                _make(connection, view)
    except DBAPIError:
        return False
    return True


def _make(connection: Connection, view: View) -> None:
    connection.exec_driver_sql(view.sql.replace("%", "%%"))
    rows(connection, "grant_to_reader", {"name": view.name, "kind": view.kind})


def _noted(connection: Connection, every: list[View]) -> list[str]:
    rows(connection, "forget_applied_views")
    for view in every:
        rows(
            connection,
            "note_applied_view",
            {"name": view.name, "kind": view.kind, "place": view.place, "checksum": view.checksum},
        )
    return [view.name for view in every]
