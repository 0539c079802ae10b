"""`kill -9` of any one process during a sync: nothing doubled, nothing torn, the request answered."""

from typing import Any

import psutil
import pytest

from spend_pipeline.sandbox.server import Sandbox
from spend_pipeline_tests.e2e.running_house import PATH, RunningHouse

UNDER_WAY = "select id from syncs where synced_at is not null and finished_at is null"
PARTS = ("run", "daemon", "code-server", "endpoint", "ui", "postgres")


@pytest.fixture(scope="module")
def slow(house: RunningHouse, sandbox: Sandbox) -> str:
    """A client whose sync takes long enough to be interrupted."""
    token, _ = house.add_client(
        "slow",
        ("openrouter", sandbox.credentials["openrouter"]["management"]),
        ("mistral", {"api_key": "sandbox.admin.slow.fault-delay-1"}),
        ("fal_ai", {"api_key": "not-a-key"}),
    )
    return token


@pytest.mark.parametrize("part", PARTS)
def test_a_killed_part_loses_and_doubles_nothing(house: RunningHouse, slow: str, part: str) -> None:
    """The part is killed while providers are being read; the sync still ends, once."""
    house.until(lambda: ready(house), seconds=60)
    house.free_the_minute()
    _, headers, _ = house.post(slow, headers={"Prefer": "respond-async"})
    house.until(lambda: bool(house.rows(UNDER_WAY)), seconds=60)
    house.part(part).kill()
    where = headers["Location"]
    assert where.startswith(PATH)
    house.until(lambda: answered(house, slow, where)[0] not in (202, None), seconds=90)
    status, body = answered(house, slow, where)
    assert status == 200, body
    assert (body["synced"], body["failed"]) == (2, 1)
    check_books(house)


def test_a_killed_supervisor_takes_its_parts_with_it(house: RunningHouse, slow: str) -> None:
    """Nothing is left that would hold a port or run a second daemon; the next start finishes what was under way."""
    house.until(lambda: ready(house), seconds=60)
    house.free_the_minute()
    _, headers, _ = house.post(slow, headers={"Prefer": "respond-async"})
    house.until(lambda: bool(house.rows(UNDER_WAY)), seconds=60)
    assert house.process is not None
    parts = [house.part(name) for name in ("daemon", "code-server", "endpoint", "ui")]
    house.process.kill()
    house.process.wait()
    _, alive = psutil.wait_procs(parts, timeout=20)
    assert not alive
    house.start()
    house.until(lambda: answered(house, slow, headers["Location"])[0] not in (202, None), seconds=90)
    assert answered(house, slow, headers["Location"])[0] == 200
    check_books(house)


def ready(house: RunningHouse) -> bool:
    try:
        return house.ask("GET", "/readyz", {})[0] == 200
    except OSError:
        return False


def answered(house: RunningHouse, token: str, where: str) -> tuple[int | None, Any]:
    """The request's status and body; None while the endpoint is away or its database is."""
    try:
        status, _, body = house.ask("GET", where, {"Authorization": f"Bearer {token}"})
    except OSError:
        return None, None
    return (None, body) if status == 503 else (status, body)


def check_books(house: RunningHouse) -> None:
    """No snapshot twice, none torn: every sync has all of its rows or none, and totals equal their snapshots."""
    per_sync = house.rows("select sync_id, count(*) as rows from spend_snapshots group by sync_id")
    assert {row["rows"] for row in per_sync} == {3}
    assert not house.rows("select id from syncs where finished_at is null or error is not null")
    assert not house.rows(
        """
        select sync_id from spend_totals
        inner join (
            select sync_id, sum(balance_usd) as balance, sum(usage_month_usd) as month
            from spend_snapshots group by sync_id
        ) as sums using (sync_id)
        where total_balance <> balance or total_usage_month <> month
        """
    )
    assert not house.rows(
        """
        select integrations.id from integrations
        inner join lateral (
            select * from spend_snapshots
            where integration_id = integrations.id order by synced_at desc limit 1
        ) as latest on true
        where billing_sync_error is distinct from latest.error or billing_attempted_at <> latest.synced_at
        """
    )
