"""The embedded server in a home that is damaged, foreign or not to be written: it starts, or one line says why not."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from sqlalchemy import text

from spend_pipeline.embedded import EmbeddedPostgres, embedded
from spend_pipeline.errors import Unavailable, UserError
from spend_pipeline.store.database import Database
from spend_pipeline_tests.e2e.running_house import SPEND

Damage = Callable[[Path], object]

DAMAGED: dict[str, tuple[Damage, str]] = {
    "an older version's": (lambda data: (data / "PG_VERSION").write_text("17\n"), "another version of PostgreSQL"),
    "no version": (lambda data: (data / "PG_VERSION").write_text("?\n"), "did not start"),
    "half made": (lambda data: (data / "PG_VERSION").unlink(), "did not start"),
    "no control file": (lambda data: (data / "global/pg_control").unlink(), "could not find the database system"),
    "a torn control file": (lambda data: os.truncate(data / "global/pg_control", 100), "could not read file"),
    "no settings": (lambda data: (data / "postgresql.conf").unlink(), "configuration file"),
    "no write-ahead log": (lambda data: shutil.rmtree(data / "pg_wal"), 'WAL directory "pg_wal" does not exist'),
    "no databases": (lambda data: shutil.rmtree(data / "base"), "does not exist"),
    "open to everybody": (lambda data: data.chmod(0o777), "has invalid permissions"),
    "a file": (lambda data: data.rename(data.with_name("away")).with_name("postgres").touch(), "File exists"),
}

# What a killed machine or process can leave, and a start has to get over.
LEFT: dict[str, Damage] = {
    "an id that another process has by now": lambda data: _pid_file(data, str(os.getpid())),
    "an id that no process has": lambda data: _pid_file(data, "4194300"),
    "an empty file of ids": lambda data: (data / "postmaster.pid").write_text(""),
    "a torn file of the library's": lambda data: (data / ".handle_pids.json").write_text("[1, "),
}


def _pid_file(data: Path, pid: str) -> None:
    (data / "postmaster.pid").write_text(f"{pid}\n{data}\n1790000000\n5432\n{data}\n\n        1         1\nready   \n")


@pytest.fixture(scope="module")
def used(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home whose server was stopped in good order."""
    with tempfile.TemporaryDirectory(prefix="spend-tests-") as folder:
        home = Path(folder) / "home"
        with embedded(home):
            pass
        yield home


@pytest.fixture
def home(used: Path) -> Iterator[Path]:
    """A copy of it, owned as it was."""
    copy = used.parent / "copy"
    subprocess.run(["cp", "-a", str(used), str(copy)], check=True)
    yield copy
    shutil.rmtree(copy)


def processes_in(home: Path) -> list[psutil.Process]:
    return [each for each in psutil.process_iter(["cwd"]) if each.info["cwd"] == str(home / "postgres")]


@pytest.mark.parametrize(("damage", "why"), DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_home_is_refused_in_one_line(home: Path, damage: Damage, why: str) -> None:
    """The sentence says what is wrong and where; nothing is repaired, and no server is left running."""
    damage(home / "postgres")
    with pytest.raises(Unavailable, match=why) as told, embedded(home):
        pass
    assert str(home) in str(told.value)
    assert "\n" not in str(told.value)
    assert not processes_in(home)


@pytest.mark.parametrize("left", LEFT.values(), ids=LEFT)
def test_what_a_killed_machine_leaves_does_not_stand_in_the_way(home: Path, left: Damage) -> None:
    left(home / "postgres")
    with embedded(home) as (server, url):
        assert server.running
        assert Database(url).engine.connect().execute(text("select 1")).scalar() == 1


def test_a_killed_server_starts_again_at_once(home: Path) -> None:
    """With what was committed, while processes of the killed one may still be ending."""
    with embedded(home) as (server, url):
        database = Database(url)
        with database.transaction() as connection:
            connection.execute(text("create table kept as select generate_series(1, 100000) as number"))
        (postmaster,) = [each for each in processes_in(home) if each.parent() not in processes_in(home)]
        postmaster.kill()
        postmaster.wait(10)
        assert not server.running
        server.start()
        with database.transaction() as connection:
            assert connection.execute(text("select count(*) from kept")).scalar() == 100000


def test_a_second_user_keeps_it_running(home: Path) -> None:
    """The one who stops it is the last one."""
    with embedded(home) as (server, _):
        with embedded(home) as (again, _):
            assert again.running
        assert server.running
    assert not processes_in(home)
    assert not EmbeddedPostgres(home).running


@pytest.mark.parametrize("nowhere", ["/proc/spend", "/dev/null/spend"])
def test_a_home_that_cannot_be_is_a_users_error(nowhere: str) -> None:
    with pytest.raises(UserError, match="SPEND_HOME is a folder that cannot be used"), embedded(Path(nowhere)):
        pass


@pytest.mark.parametrize("command", [["up", "--no-ui"], ["db", "status"], ["sync"]], ids=" ".join)
def test_every_command_says_it_in_one_line(home: Path, command: list[str]) -> None:
    """On stderr, with exit 1 for a damaged home and 2 for one that cannot be: no traceback, no server's log."""
    (home / "postgres" / "PG_VERSION").write_text("17\n")
    for given, status in ((str(home), 1), ("/proc/spend", 2)):
        environment = {**os.environ, "SPEND_HOME": given}
        spend = [SPEND, *command]
        done = subprocess.run(spend, env=environment, capture_output=True, text=True, timeout=60, check=False)
        said = [line for line in done.stderr.splitlines() if not line.startswith("Starting: ")]
        assert (done.returncode, len(said)) == (status, 1), done.stderr
        assert said[0].startswith("spend: ")
