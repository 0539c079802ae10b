"""The endpoint's own role in the database: made where it is missing, given what `sql/rights.sql` says and no more."""

import hashlib
from contextlib import suppress

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError, IntegrityError, ProgrammingError

from spend_pipeline.errors import Unavailable
from spend_pipeline.house import SQL

READER = "spend_reader"
WHO = "select current_user, current_user || '_api' as endpoint, current_schema() as schema"
# A member that may become the role and has its rights; until PostgreSQL 16 the one was the other.
USABLE = """
select
    pg_has_role(:role, 'USAGE')
    and case
        when cast(current_setting('server_version_num') as integer) >= 160000 then pg_has_role(:role, 'SET')
        else true
    end
"""
STATED = "select from endpoint_rights where role = :role and checksum = :checksum"
STATE = """
insert into endpoint_rights (role, checksum)
values (:role, :checksum)
on conflict (role) do update
set checksum = excluded.checksum, granted_at = now()
"""


def state(connection: Connection, *, anew: bool) -> None:
    """Sees to it that the endpoint has its rights: always where `anew`, else where they are not those of this release.

    The role is named after the user who owns the tables (`spend` has `spend_api`), since roles are the whole server's:
    two houses on one server share nothing unless they share their user. Raises Unavailable where it cannot be made.
    """
    if connection.execute(text("select to_regclass('endpoint_rights')")).scalar() is None:
        return  # a schema from before the walls
    who = connection.execute(text(WHO)).one()
    rights = (SQL / "rights.sql").read_text(encoding="utf-8")
    stated = {"role": who.endpoint, "checksum": hashlib.sha256(rights.encode()).hexdigest()}
    there = _there(connection, who.endpoint)
    if there and not anew and connection.execute(text(STATED), stated).first() is not None:
        return
    if not there:
        _make(connection, who.endpoint, who.current_user)
    names = {"endpoint": _quoted(connection, who.endpoint), "schema": _quoted(connection, who.schema)}
    connection.exec_driver_sql(rights.format(**names).replace("%", "%%"))
    connection.execute(text(STATE), stated)


def make_roles(connection: Connection) -> None:
    """Makes the roles that a backup's grants name, as far as this user may; the restore says which one it misses."""
    user = connection.execute(text(WHO)).one()
    for role in (user.endpoint, READER):
        with suppress(DBAPIError):
            _unless_there(connection, f"create role {_quoted(connection, role)} nologin")


def _there(connection: Connection, role: str) -> bool:
    """Whether the role is there and this user may become it."""
    known = connection.execute(text("select from pg_roles where rolname = :role"), {"role": role}).first()
    return known is not None and bool(connection.execute(text(USABLE), {"role": role}).scalar())


def _make(connection: Connection, role: str, user: str) -> None:
    """Makes the role and lets this user become it, whichever of the two is missing."""
    quoted = _quoted(connection, role)
    try:
        if connection.execute(text("select from pg_roles where rolname = :role"), {"role": role}).first() is None:
            _unless_there(connection, f"create role {quoted} nologin")
        if not _there(connection, role):
            _unless_there(connection, f"grant {quoted} to current_user")
    except DBAPIError:
        raise Unavailable(
            f"The database user {user} may not make the role {role}, which the endpoint works under: have an "
            f"administrator run `create role {quoted} nologin; grant {quoted} to {_quoted(connection, user)}`"
        ) from None


def _unless_there(connection: Connection, sql: str) -> None:
    """Runs what another database of the same server may be doing at this very moment."""
    try:
        with connection.begin_nested():
            connection.exec_driver_sql(sql.replace("%", "%%"))
    except IntegrityError:
        pass  # the other was first
    except ProgrammingError as error:
        if error.orig is None or error.orig.pgcode != "42710":  # type: ignore[attr-defined]  # duplicate_object
            raise


def _quoted(connection: Connection, name: str) -> str:
    return connection.dialect.identifier_preparer.quote_identifier(name)
