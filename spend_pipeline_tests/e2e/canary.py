"""A canary: a secret made to be found, in whatever spelling, wherever it was written."""

import base64
import secrets
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote, quote_plus

import psutil
from sqlalchemy import text

from spend_pipeline.store.database import Database

PREFIX = 8  # characters of a key that are too many to show; its preview shows four


def new_core() -> str:
    """What every canary of a test begins with: characters that no encoding leaves alone, then chance."""
    return f"{secrets.token_hex(2)}+/={secrets.token_hex(1)}&{secrets.token_hex(8)}"


def spellings(secret: str) -> set[bytes]:
    """The bytes by which a secret, or its first eight characters, would be seen: plain, encoded, or within base64."""
    start = secret[:PREFIX].encode()
    plain = {start, start.hex().encode(), start.hex().upper().encode(), secret[-PREFIX:].encode()}
    escaped = {
        quote(secret[:PREFIX], safe="").encode(),
        quote_plus(secret[:PREFIX]).encode(),
        start.replace(b"/", b"\\/"),
    }
    return plain | escaped | {one for alphabet in (b"+/", b"-_") for one in _in_base64(secret.encode(), alphabet)}


def _in_base64(secret: bytes, alphabet: bytes) -> Iterator[bytes]:
    """What base64 makes of it, whichever of three bytes it begins at: without the ends, which its neighbours change."""
    for shift in range(3):
        encoded = base64.b64encode(bytes(shift) + secret[:12], altchars=alphabet)
        yield encoded[4 if shift else 0 : -4]


def leaks(secret_spellings: set[bytes], written: dict[str, bytes]) -> list[str]:
    """The places in which one of the spellings stands."""
    return [place for place, content in written.items() if any(each in content for each in secret_spellings)]


def files(folder: Path, *, but: Path, since: float = 0) -> dict[str, bytes]:
    """Every file below a folder, whatever it is; of PostgreSQL's own, those that were written to since then."""
    found = {}
    for path in folder.rglob("*"):
        with suppress(OSError):  # PostgreSQL takes files away while we look
            untouched = "postgres" in path.parts and path.stat().st_mtime < since
            if path.is_file() and path != but and not untouched:
                found[str(path)] = path.read_bytes()
    return found


def tables(database: Database) -> dict[str, bytes]:
    """Every row of every table of ours and of Dagster's, as text; what Dagster compressed, also as what it was."""
    listed = "select schemaname, tablename from pg_tables where schemaname in ('public', 'dagster')"
    found = {}
    with database.transaction() as connection:
        for schema, table in connection.execute(text(listed)).all():
            rows = connection.execute(text(f'select * from "{schema}"."{table}"')).all()
            found[f"{schema}.{table}"] = b"\n".join(_as_bytes(value) for row in rows for value in row)
        found["pg_stat_activity"] = repr(connection.execute(text("select * from pg_stat_activity")).all()).encode()
    return found


def _as_bytes(value: object) -> bytes:
    if not isinstance(value, (bytes, memoryview)):
        return str(value).encode()
    raw = bytes(value)
    try:
        return raw + zlib.decompress(raw)
    except zlib.error:
        return raw


def processes(of: psutil.Process) -> dict[str, bytes]:
    """The arguments and the environment of a process and of all below it."""
    found = {}
    for process in [of, *of.children(recursive=True)]:
        with suppress(psutil.Error):
            found[f"arguments of {process.pid}"] = "\0".join(process.cmdline()).encode()
            found[f"environment of {process.pid}"] = repr(process.environ()).encode()
    return found
