"""A backup taken in the midst of a sync, restored into a fresh home: everything is there, and a sync works."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from spend_pipeline.embedded import embedded
from spend_pipeline.sandbox.server import Sandbox
from spend_pipeline.store.database import Database
from spend_pipeline_tests.e2e.kills import add_slow_client, asked, check_answer, check_books
from spend_pipeline_tests.e2e.running_house import SPEND, RunningHouse
from spend_pipeline_tests.e2e.stages import READING, has_come, stopped

KEPT = ("clients", "integrations", "schema_migrations")


@pytest.fixture
def homes(sandbox: Sandbox) -> Iterator[tuple[RunningHouse, RunningHouse, Path]]:
    """A house, one that is to take its place, and where the backup goes."""
    with tempfile.TemporaryDirectory(prefix="spend-tests-") as folder:
        houses = [RunningHouse(Path(folder) / name, sandbox, ui=False) for name in ("first", "second")]
        for house in houses:
            house.home.mkdir()
        yield houses[0], houses[1], Path(folder) / "spend.dump"
        for house in houses:
            if house.process is not None and house.process.poll() is None:
                house.stop()


def refused(house: RunningHouse, *words: str) -> str:
    """The one line that a command is refused with."""
    done = subprocess.run([SPEND, *words], env=house.environment(), capture_output=True, text=True, check=False)
    (line,) = [line for line in done.stderr.splitlines() if not line.startswith("Starting: ")]
    assert done.returncode
    return line


def test_a_backup_from_the_midst_of_a_sync_is_restored(homes: tuple[RunningHouse, RunningHouse, Path]) -> None:
    """Its requests are answered in the new home, under the old tokens; run keys, minutes and locks do no harm."""
    old, new, file = homes
    old.start()
    token = add_slow_client(old)
    check_answer(old, token, asked(old, token))
    with stopped(old, READING):
        where = asked(old, token)
        old.until(lambda: has_come(old, READING), seconds=60)
        old.rows("update clients set manual_sync_at = now() + interval '1 day' returning id")
        kept = {table: old.rows(f"select * from {table} order by 1") for table in KEPT}
        old.spend("db", "backup", str(file))
    assert file.stat().st_mode & 0o777 == 0o600
    assert "is there already" in refused(old, "db", "backup", str(file))
    assert "not empty" in refused(old, "db", "restore", str(file))
    assert old.stop() == 0

    new.spend("db", "restore", str(file))
    with embedded(new.home):
        assert {table: new.rows(f"select * from {table} order by 1") for table in KEPT} == kept
    assert "secret key" in refused(new, "up", "--no-ui")
    shutil.copy2(old.home / "secret.key", new.home / "secret.key")
    new.start()
    assert new.post(token)[0] == 200, "a minute from the future does not bind"
    check_answer(new, token, where)
    check_answer(new, token, asked(new, token))
    check_books(new)


def test_a_file_that_is_no_backup_leaves_the_database_empty(homes: tuple[RunningHouse, RunningHouse, Path]) -> None:
    _, new, file = homes
    file.write_text("select 1;")
    assert "pg_restore failed" in refused(new, "db", "restore", str(file))
    assert "is not a file" in refused(new, "db", "restore", str(file.parent / "nowhere"))
    with embedded(new.home) as (_, url):
        assert Database(url).rows("tables_are_there") == [{"there": False}]
