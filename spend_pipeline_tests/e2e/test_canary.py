"""Nothing leaks: keys that every part of a running house had in its hands are looked for in all that it wrote."""

import base64
import json
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import psutil
import pytest

from spend_pipeline.sandbox.server import Sandbox
from spend_pipeline_tests.e2e import canary
from spend_pipeline_tests.e2e.echoes import ECHOES, FAULTS, by_key
from spend_pipeline_tests.e2e.running_house import PATH, SPEND, RunningHouse
from spend_pipeline_tests.outbound.fault_server import faulty

# Planted where Python starts, in every process of the house: a provider's reader that fails with the key in its hands.
PLANT = """
import importlib.abc, importlib.util, sys
from dataclasses import replace

NAME = "spend_pipeline.providers.elevenlabs"

def talk(credentials, period):
    key = credentials["api_key"]
    raise RuntimeError(f"choked on {key}")
    yield

class Plant(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name != NAME:
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        run = spec.loader.exec_module
        def exec_module(module):
            run(module)
            bad = lambda access: replace(access, calls=tuple(replace(call, talk=talk) for call in access.calls))
            module.ELEVENLABS = replace(module.ELEVENLABS, access=tuple(map(bad, module.ELEVENLABS.access)))
        spec.loader.exec_module = exec_module
        return spec

sys.meta_path.insert(0, Plant())
"""
FULL = "alter table spend_snapshots add constraint is_full check (provider_name <> 'fal_ai') not valid"


@dataclass
class FaultyHouse(RunningHouse):
    """A house whose providers are all one faulty server."""

    url: str = ""
    plant: Path = Path()

    def environment(self) -> dict[str, str]:
        urls = ", ".join(f'"{name}": "{self.url}"' for name in ("openrouter", "fal_ai", "elevenlabs"))
        return {
            **super().environment(),
            "SPEND_PROVIDER_URLS": f"{{{urls}}}",
            "SPEND_INTEGRATION_DEADLINE_SECONDS": "3",
            "SPEND_SYNC_WAIT_SECONDS": "80",
            "SPEND_MAX_IN_FLIGHT_PER_PROVIDER": "64",
            "PYTHONPATH": str(self.plant),
        }


@dataclass
class Planted:
    """A house that was given secrets, and what it answered; `keys` are those that reached the providers."""

    house: FaultyHouse
    core: str
    token: str
    keys: set[str]
    since: float
    said: dict[str, bytes] = field(default_factory=dict)

    def key(self, number: int) -> str:
        return f"{self.core}{number:03}"

    def ask(self, what: str, method: str, path: str, headers: dict[str, str] | None = None) -> int:
        status, answered, body = self.house.ask(method, path, headers or {"Authorization": f"Bearer {self.token}"})
        self.said[what] = f"{status} {answered} {body}".encode()
        return int(status)

    def run(self, what: str, *words: str, stdin: str = "") -> int:
        ran = subprocess.run(
            [SPEND, *words], env=self.house.environment(), input=stdin, capture_output=True, text=True, check=False
        )
        self.said[what] = (ran.stdout + ran.stderr).encode()
        return ran.returncode


@pytest.fixture(scope="module")
def planted(sandbox: Sandbox) -> Iterator[Planted]:
    core, seen = canary.new_core(), set[str]()
    with (
        tempfile.TemporaryDirectory(prefix="spend-tests-") as home,
        tempfile.TemporaryDirectory(prefix="spend-plant-") as plant,
        faulty(by_key(core, seen)) as server,
    ):
        (Path(plant) / "sitecustomize.py").write_text(PLANT)
        house = FaultyHouse(Path(home), sandbox, ui=False, url=server.url, plant=Path(plant))
        house.start()
        since = time.time()  # what is older of PostgreSQL's files was written before there was a key to seal
        keys = [f"{core}{number:03}" for number in range(len(FAULTS))]
        accounts = [("openrouter", {"api_key": key}) for key in keys]
        accounts += [("fal_ai", {"api_key": key}) for key in keys[: len(ECHOES)]]
        token, _ = house.add_client("acme", *accounts, ("elevenlabs", {"api_key": keys[0]}))
        yield Planted(house, core, token, seen, since)
        if house.process is not None and house.process.poll() is None:
            house.stop()


@pytest.mark.parametrize("secret", ["abc+/=9f&0123456789abcdef000", "spend_Ab0Cd1Ef2Gh3"])
@pytest.mark.parametrize("before", ["", "x", "xy", "xyz"])
def test_a_canary_would_be_found(tmp_path: Path, secret: str, before: str) -> None:
    """In each of the ways in which things are written; and what a person may see of a key is not one."""
    around = f"{before}{secret}and more".encode()
    ways = [around, quote(around, safe="").encode(), base64.b64encode(around), base64.urlsafe_b64encode(around)]
    ways += [around.hex().encode(), json.dumps(around.decode()).encode(), secret[:8].encode(), secret[-8:].encode()]
    for way in ways:
        (tmp_path / "log").write_bytes(b"...\n" + way)
        assert canary.leaks(canary.spellings(secret), canary.files(tmp_path, but=tmp_path / "but")), way
    shown = f"{secret[:4]}...{secret[-3:]}".encode()
    assert not canary.leaks(canary.spellings(secret), {"preview": shown})


def test_nothing_that_was_handed_in_is_written_anywhere(planted: Planted) -> None:
    """After every fault of a provider, a bug of ours, a database that refuses the rows, and every kind of bad input."""
    house, key = planted.house, planted.key(0)
    assert planted.ask("sync", "POST", PATH) == 200
    assert len(planted.keys) == len(FAULTS), "every key went out"
    _bad_input(planted, key)
    _database_that_refuses(planted)
    rows = house.rows("select provider_name, status, error from spend_snapshots")
    assert {row["provider_name"] for row in rows if row["status"] == "failed"} == {"openrouter", "fal_ai", "elevenlabs"}
    assert any("our reader failed on it (RuntimeError)" in (row["error"] or "") for row in rows)
    assert house.process is not None
    key_file = house.home / "secret.key"
    written = planted.said | canary.processes(psutil.Process(house.process.pid))
    database = house.database()
    written |= canary.tables(database)
    database.dispose()
    written |= canary.files(house.home, but=key_file, since=planted.since)
    assert {f"dagster.{name}" for name in ("runs", "event_logs")} < set(written)
    assert any("/storage/" in place for place in written), "Dagster captured what the run printed"
    assert any(b"our reader failed" in each or b"RuntimeError" in each for each in written.values())
    for name, secret in {
        "key": key,
        "token": planted.token.removeprefix("spend_"),
        "secret key": key_file.read_text(),
    }.items():
        assert canary.leaks(canary.spellings(secret.strip()), written) == [], name


def _bad_input(planted: Planted, key: str) -> None:
    """A key or a token where it does not belong, at the endpoint and at the command line."""
    bearer = {"Authorization": f"Bearer {planted.token}"}
    coded = quote(key, safe="")
    assert planted.ask("two tokens", "POST", PATH, {"Authorization": f"Bearer {planted.token} {key}"}) == 401
    assert planted.ask("basic", "POST", PATH, {"Authorization": f"Basic {key}"}) == 401
    assert planted.ask("in the query", "POST", f"{PATH}?token={planted.token}&key={coded}", {"X-Key": key}) == 401
    assert planted.ask("as a provider", "POST", f"{PATH}?provider_name={coded}", bearer) == 404
    assert planted.ask("as a long provider", "POST", f"{PATH}?provider_name={coded * 9}", bearer) == 422
    assert planted.ask("as a request", "GET", f"{PATH}/{coded}", bearer) == 404
    assert planted.ask("as a route", "GET", f"/{coded}", bearer) == 404
    add = ("integrations", "add", "--client", "acme", "--provider", "fal_ai", "--credential")
    assert planted.run("a space", *add, "api_key=-", stdin=f"{key} {key}") == 2
    assert planted.run("no such credential", *add, f"nosuch={key}") == 2
    assert planted.run("no name", *add, key) == 2
    assert planted.run("twice", *add, f"api_key={key}", f"api_key={key}") == 2
    assert planted.run("good", *add, "api_key=-", stdin=f"{key}\n") == 0
    hook = f"https://hooks.example/{key}"
    assert planted.run("channel", "alerts", "channel", "add", "acme", "slack", "-", stdin=hook) == 0
    assert planted.run("list", "integrations", "list", "--json") == 0
    assert planted.run("clients", "clients", "tokens", "acme") == 0
    assert planted.run("secrets", "secrets", "check", "--json") == 0


def _database_that_refuses(planted: Planted) -> None:
    """The rows of a sync cannot be appended: its run fails, and is taken up again once they can be."""
    house = planted.house
    database = house.database()
    with database.transaction() as connection:
        connection.exec_driver_sql(FULL)
    house.free_the_minute()
    headers = {"Authorization": f"Bearer {planted.token}", "Prefer": "respond-async"}
    assert planted.ask("refused rows", "POST", PATH, headers) == 202
    failed = "select 1 as failed from dagster.runs where status = 'FAILURE'"
    house.until(lambda: bool(house.rows(failed)), seconds=90)
    with database.transaction() as connection:
        connection.exec_driver_sql("alter table spend_snapshots drop constraint is_full")
    database.dispose()
