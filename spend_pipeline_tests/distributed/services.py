"""What machines share: a PostgreSQL, a Redis and the providers' sandbox, on an address that all of them reach."""

import json
import os
import re
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

import redis
from sqlalchemy import create_engine, make_url, text

from spend_pipeline.embedded import EmbeddedPostgres
from spend_pipeline_tests.distributed.network import Network
from spend_pipeline_tests.e2e.running_house import SPEND

PASSWORD = "a-password-of-the-tests"


def free_port(address: str) -> int:
    with socket.socket() as probe:
        probe.bind((address, 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def process(words: list[str], environment: Mapping[str, str], output: IO[str]) -> Iterator[subprocess.Popen[str]]:
    """A process with all that it starts; ended at the end, by force after ten seconds."""
    started = subprocess.Popen(
        words, env=dict(environment), stdout=output, stderr=output, text=True, start_new_session=True
    )
    try:
        yield started
    finally:
        started.terminate()
        with suppress(subprocess.TimeoutExpired):
            started.wait(10)
        kill(started)


def kill(started: subprocess.Popen[str]) -> None:
    """All processes of it, at once, as when a machine is switched off."""
    with suppress(ProcessLookupError):
        os.killpg(started.pid, signal.SIGKILL)
    started.wait()


@contextmanager
def postgres(folder: Path, network: Network) -> Iterator[str]:
    """The wheel's server on the network's address, behind a password; its URL."""
    server = EmbeddedPostgres(folder)
    local = server.start()
    engine = create_engine(local, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"alter role postgres password '{PASSWORD}'"))
        for changed in ("max_connections = 200", "password_encryption = 'scram-sha-256'"):
            connection.execute(text(f"alter system set {changed}"))
        connection.execute(text(f"alter role postgres password '{PASSWORD}'"))
        (data,) = connection.execute(text("show data_directory")).scalars()
    engine.dispose()
    server.stop()
    with (Path(data) / "pg_hba.conf").open("a") as rules:
        rules.write(f"\nhost all all {network.everybody} scram-sha-256\n")
    port = free_port(network.address)
    options = f"-h {network.address} -p {port} -k {make_url(local).query['host']}"
    server._run("pg_ctl", "-w", "-t", "60", "-o", options, "-l", str(Path(data) / "log"), "-D", str(data), "start")
    try:
        yield f"postgresql://postgres:{PASSWORD}@{network.address}:{port}/{make_url(local).database}"
    finally:
        server.stop()


@contextmanager
def broker(folder: Path, network: Network) -> Iterator[str]:
    """A Redis on the network's address that writes nothing to disk; its URL."""
    port = free_port(network.address)
    words = ["redis-server", "--bind", network.address, "--port", str(port), "--save", "", "--requirepass", PASSWORD]
    with (folder / "redis.log").open("w") as log, process([*words, "--dir", str(folder)], os.environ, log):
        url = f"redis://:{PASSWORD}@{network.address}:{port}/0"
        with redis.Redis.from_url(url) as asked:
            _until_it_answers(asked)
        yield url


def _until_it_answers(asked: "redis.Redis") -> None:
    until = time.monotonic() + 20
    while True:
        try:
            asked.ping()
        except redis.ConnectionError:
            assert time.monotonic() < until, "redis did not start"
            time.sleep(0.05)
        else:
            return


@contextmanager
def providers(folder: Path, network: Network) -> Iterator[dict[str, str]]:
    """The sandbox in a process of its own; the settings that lead to it."""
    said = folder / "sandbox.log"
    words = [SPEND, "sandbox", "--host", network.address, "--port", "0"]
    with said.open("w") as log, process(words, os.environ, log) as started:
        until = time.monotonic() + 30
        while "SPEND_FX_URL" not in said.read_text():
            assert started.poll() is None, said.read_text()
            assert time.monotonic() < until, "the sandbox did not start"
            time.sleep(0.05)
        found = dict(re.findall(r"export (SPEND_\w+)='(.+)'", said.read_text()))
        assert json.loads(found["SPEND_PROVIDER_URLS"])
        yield found
