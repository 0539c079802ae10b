"""The command line over the test's own database: in this process where that is enough, and as the real script."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from spend_pipeline.cli import main, output
from spend_pipeline.sandbox.server import Sandbox
from spend_pipeline.store.database import Database

SCRIPT = Path(sys.executable).with_name("spend")


@dataclass(frozen=True)
class Ran:
    """How a command ended and what it said."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        assert self.status == 0, self.err
        return json.loads(self.out)

    def refused(self, status: int = 2) -> str:
        """The one sentence on stderr of a command that ended with this status, and said nothing else."""
        assert (self.status, self.out) == (status, ""), self.err
        assert self.err.startswith("spend: ")
        assert self.err.count("\n") == 1, self.err
        assert "Traceback" not in self.err
        return self.err.removeprefix("spend: ").strip()


Spend = Callable[..., Ran]


@pytest.fixture
def home(database: Database, shared_sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The settings in force: a home that is not there yet, the test's database, the sandbox for providers."""
    home = tmp_path / "home"
    monkeypatch.setenv("SPEND_HOME", str(home))
    monkeypatch.setenv("SPEND_DATABASE_URL", database.url.replace("+psycopg2", ""))
    monkeypatch.setenv("SPEND_PROVIDER_URLS", json.dumps(shared_sandbox.provider_urls))
    monkeypatch.setenv("SPEND_FX_URL", shared_sandbox.fx_url)
    monkeypatch.setenv("COLUMNS", "300")
    monkeypatch.setattr(output.stdout, "width", 300)  # it has read the variable when it was imported
    return home


@pytest.fixture
def spend(home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Spend:
    """Runs a command in this process."""

    def run(*arguments: str) -> Ran:
        monkeypatch.setattr(sys, "argv", ["spend", *arguments])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return Ran(int(ended.value.code or 0), said.out, said.err)

    return run


@pytest.fixture
def script(home: Path) -> Spend:
    """Runs a command as a person does."""

    def run(*arguments: str, stdin: str = "", **environment: str) -> Ran:
        ended = subprocess.run(
            [SCRIPT, *arguments],
            input=stdin,
            env={**os.environ, **environment},
            cwd=home.parent,
            capture_output=True,
            text=True,
            timeout=300,  # importing Dagster alone takes long on a busy machine
            check=False,
        )
        return Ran(ended.returncode, ended.stdout, ended.stderr)

    return run
