"""A sync of a thousand, read by workers on two machines, one of which is switched off in the middle.

Of ten thousand in `make chaos` (`--every-stage`).
"""

import base64
import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

import pytest

from spend_pipeline.store import syncs
from spend_pipeline.store.database import Database
from spend_pipeline.store.vault import Vault, ring
from spend_pipeline_tests.distributed.network import network, why_not
from spend_pipeline_tests.distributed.services import broker, kill, postgres, process, providers
from spend_pipeline_tests.e2e.running_house import SPEND, RunningHouse
from spend_pipeline_tests.invariants import broken
from spend_pipeline_tests.store.books import scalar, write

CLIENTS, PARTS, AT_ONCE = 40, 8, 2  # clients, parts of the sync, runs at once on a machine
KEY = base64.b64encode(b"k" * 32).decode()
PROVIDERS = ("deepseek", "stability", "moonshot", "siliconflow")  # one question a reading
SLOW = ".fault-delay-15"  # one in each part, so that no part is over before another has begun
MISSING = "" if shutil.which("redis-server") else "redis-server is not installed"
ADDED = """
insert into integrations (id, client_id, provider_name, credentials, key_preview)
overriding system value
select id, client_id, provider_name, credentials, '{}'
from jsonb_to_recordset(cast(:added as jsonb)) as added (
    id bigint, client_id bigint, provider_name text, credentials text
)
"""
ENDED = "select count(*) from syncs where finished_at is not null"
BEGUN = "select count(*) from syncs where synced_at is not null and finished_at is null"
AT_WORK = """
select count(*) from pg_stat_activity
inner join pg_locks using (pid)
where locktype = 'advisory' and granted and host(client_addr) = :address
"""

pytestmark = pytest.mark.skipif(bool(reason := MISSING or why_not()), reason=reason)


@dataclass
class Distributed(RunningHouse):
    """A `spend up` over what the machines share, and the workers on them by address."""

    shared: dict[str, str] = field(default_factory=dict)
    workers: dict[str, "subprocess.Popen[str]"] = field(default_factory=dict)

    def environment(self) -> dict[str, str]:
        return {**os.environ, "SPEND_HOME": str(self.home), "SPEND_SYNC_WAIT_SECONDS": "50", **self.shared}


@pytest.fixture
def each(pytestconfig: pytest.Config) -> int:
    """How many integrations each client has."""
    return 250 if pytestconfig.getoption("every_stage") else 25


@pytest.fixture(scope="module")
def house() -> Iterator[Distributed]:
    """The daemon and the endpoint here, a worker on each of two machines."""
    with TemporaryDirectory(prefix="spend-tests-") as folder, ExitStack() as stack:
        place = Path(folder)
        machines = stack.enter_context(network(2))
        shared = {
            "SPEND_DATABASE_URL": stack.enter_context(postgres(place / "shared", machines)),
            "SPEND_BROKER_URL": stack.enter_context(broker(place, machines)),
            **stack.enter_context(providers(place, machines)),
            "SPEND_SECRET_KEY": KEY,
            "SPEND_INTEGRATION_DEADLINE_SECONDS": "60",  # other tests use the machine as well
        }
        up = Distributed(place / "up", None, ui=False, shared=shared)  # type: ignore[arg-type]  # it is elsewhere
        up.home.mkdir()
        up.start()
        stack.callback(up.stop)
        for name, address in machines.machines.items():
            words = ["ip", "netns", "exec", name, SPEND, "worker", "--runs", str(AT_ONCE), "--name", name]
            environment = {**up.environment(), "SPEND_HOME": str(place / name)}
            log = stack.enter_context((place / f"{name}.log").open("w"))
            up.workers[address] = stack.enter_context(process(words, environment, log))
        yield up


def add_many(database: Database, vault: Vault, each: int) -> None:
    """Every client with the same accounts, so that all have the same totals."""
    write(database, f"insert into clients (name) select 'client ' || number from generate_series(1, {CLIENTS}) number")
    rows = []
    for number in range(1, CLIENTS * each + 1):
        client_id, provider = (number - 1) // each + 1, PROVIDERS[number % each % len(PROVIDERS)]
        slow = SLOW if number % (CLIENTS * each // PARTS) == 1 else ""
        key = {"api_key": f"sandbox.api.account-{number % each}{slow}"}
        sealed = vault.seal(key, client_id=client_id, integration_id=number)
        rows.append({"id": number, "client_id": client_id, "provider_name": provider, "credentials": sealed})
    write(database, ADDED, added=json.dumps(rows))


def test_a_machine_that_is_switched_off_loses_and_doubles_nothing(
    house: Distributed, each: int, record_property: Callable[[str, object], None]
) -> None:
    """Both have read, one is gone in the middle of its part: the other reads what that left, and the books agree."""
    database = Database(house.shared["SPEND_DATABASE_URL"])
    add_many(database, ring(KEY), each)
    a_run = CLIENTS * each // PARTS
    parts = syncs.in_parts(database, uuid4(), trigger=syncs.AUTOMATIC, integrations_per_run=a_run)
    assert len(parts) == PARTS
    # As if the daemon had died between dividing the sync and launching its runs: a listener launches them.
    write(database, "update syncs set progressed_at = now() - interval '61 seconds'")
    began = time.monotonic()
    addresses = list(house.workers)
    # A run that a worker has taken and not begun would wait for a quarter of an hour (docs/scaling.md).
    house.until(lambda: scalar(database, BEGUN) == len(addresses) * AT_ONCE, seconds=180)
    # More locks than runs: those of places at a provider, which a run takes when it reads.
    house.until(lambda: all(scalar(database, AT_WORK, address=address) > AT_ONCE for address in addresses), seconds=180)
    kill(house.workers[addresses[0]])
    killed = time.monotonic()
    house.until(lambda: scalar(database, ENDED) == len(parts), seconds=420)
    now = time.monotonic()
    took = f"{CLIENTS * each:,} integrations in {now - began:.0f} s, of them {now - killed:.0f} s after the kill"
    record_property("figure", took)
    assert broken(database) == {}
    assert scalar(database, "select count(*) from spend_snapshots where status = 'read'") == CLIENTS * each
    assert scalar(database, "select count(distinct integration_id) from spend_snapshots") == CLIENTS * each
    assert scalar(database, "select count(*) from spend_totals where synced = :each", each=each) == CLIENTS
    assert 1 <= scalar(database, "select count(*) from syncs where attempts > 2") <= AT_ONCE, "what it was at"
    database.dispose()
