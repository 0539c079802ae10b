"""A database of an earlier release, with rows in it, upgraded to this one: nothing is lost, a kill undoes nothing."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text

from spend_pipeline.store.database import Database
from spend_pipeline.store.migrations import Migration, migrations, pending, upgrade
from spend_pipeline_tests.api.endpoint import until
from spend_pipeline_tests.e2e.running_house import SPEND
from spend_pipeline_tests.store.books import read, scalar, write

LATEST = len(migrations())
NEXT = migrations()[-1].version + 1
TOKEN = ("token_hash", "token_preview")  # moved into a table of their own by migration 9
SYNC, REQUEST = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"
MOMENT = "2026-02-26T15:45:00+00:00"

# By the migration that made a table: rows as a release of that time wrote them.
ROWS: Mapping[int, tuple[str, list[dict[str, Any]]]] = {
    1: ("clients", [{"name": "old", "token_hash": "\\xdead", "token_preview": "spd_", "manual_sync_at": MOMENT}]),
    2: (
        "integrations",
        [
            {
                "client_id": 1,
                "provider_name": "openrouter",
                "credentials": "v1.k.sealed",
                "key_preview": "{}",
                "recorded_balance": "12.345678901234567890",
                "recorded_balance_currency": "USD",
                "recorded_balance_as_of": MOMENT,
                "cached_balance": "47.83",
                "billing_synced_at": MOMENT,
            },
            {
                "client_id": 1,
                "provider_name": "fal_ai",
                "credentials": "v1.k.sealed",
                "key_preview": "{}",
                "billing_sync_error": "API key invalid or expired",
                "consecutive_failures": 7,
            },
        ],
    ),
    3: (
        "syncs",
        [
            {
                "id": SYNC,
                "trigger": "manual",
                "provider_names": "{openrouter}",
                "synced_at": MOMENT,
                "snapshots_taken_at": MOMENT,
                "finished_at": MOMENT,
            }
        ],
    ),
    4: (
        "spend_snapshots",
        [
            {
                "sync_id": SYNC,
                "integration_id": 1,
                "client_id": 1,
                "provider_name": "openrouter",
                "synced_at": MOMENT,
                "status": "read",
                "balance": "47.830000000000000000000000000001",
                "balance_currency": "USD",
                "balance_basis": "reported",
                "balance_usd": "47.83",
                "read_seconds": "0.5",
            }
        ],
    ),
    5: (
        "spend_totals",
        [
            {
                "sync_id": SYNC,
                "client_id": 1,
                "synced_at": MOMENT,
                "synced": 1,
                "failed": 0,
                "total_balance": "47.83",
                "total_usage_today": "0",
                "total_usage_month": "0",
            }
        ],
    ),
}


def fill(database: Database, version: int) -> None:
    """Rows in every table that this version has."""
    for _, (table, rows) in sorted(item for item in ROWS.items() if item[0] <= version):
        if table == "spend_snapshots":
            write(database, "select ensure_spend_snapshots_partition(:moment)", moment=MOMENT)
        for every in rows:
            row = {name: value for name, value in every.items() if not (version >= 9 and name in TOKEN)}
            columns = ", ".join(row)
            values = f"select {columns} from json_populate_record(null::{table}, :row)"
            write(database, f"insert into {table} ({columns}) {values}", row=json.dumps(row))
    if version >= 3:
        write(database, f"insert into sync_requests (id, client_id) values ('{REQUEST}', 1)")


def contents(database: Database, tables: list[str]) -> dict[str, list[dict[str, Any]]]:
    return {table: [dict(row) for row in read(database, f"select * from {table} order by 1, 2")] for table in tables}


@pytest.mark.parametrize("version", range(1, LATEST))
def test_a_database_of_any_earlier_release_keeps_its_rows(empty_database: Database, version: int) -> None:
    """Every column it had says what it said; what came since has what the migration gave it."""
    upgrade(empty_database, migrations()[:version])
    fill(empty_database, version)
    tables = [table for made, (table, _) in ROWS.items() if made <= version]
    before = contents(empty_database, tables)
    upgrade(empty_database)
    after = contents(empty_database, tables)
    for table in tables:
        told = [{name: value for name, value in old.items() if name not in TOKEN} for old in before[table]]
        assert [{name: row[name] for name in old} for old, row in zip(told, after[table], strict=True)] == told, table
    if version < 9:
        (token,) = read(empty_database, "select token_hash, token_preview from client_tokens")
        assert token == {name: before["clients"][0][name] for name in TOKEN}
    assert pending(empty_database) == []
    if version >= 4:
        (balance,) = read(empty_database, "select balance from spend_snapshots")
        assert balance["balance"] == Decimal("47.830000000000000000000000000001")


def test_an_upgrade_that_is_killed_leaves_the_database_as_it_was(empty_database: Database) -> None:
    """The process dies in the midst of it; the next one applies everything."""
    upgrade(empty_database, migrations()[:5])
    fill(empty_database, 5)
    before = contents(empty_database, ["schema_migrations", "spend_snapshots"])
    waiting = "select pid from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()"
    with empty_database.transaction() as connection:
        connection.execute(text("lock table spend_snapshots in access share mode"))  # what the seventh has to wait for
        process = subprocess.Popen([SPEND, "db", "upgrade"], env=environment(empty_database), stderr=subprocess.PIPE)
        until(lambda: bool(read(empty_database, waiting)), seconds=60)
        process.kill()
        process.communicate()
    until(lambda: not read(empty_database, waiting), seconds=60)
    assert contents(empty_database, ["schema_migrations", "spend_snapshots"]) == before
    assert subprocess.run([SPEND, "db", "upgrade"], env=environment(empty_database), check=True).returncode == 0
    assert pending(empty_database) == []


def environment(database: Database) -> dict[str, str]:
    return {**os.environ, "SPEND_DATABASE_URL": database.url}


def test_two_processes_that_upgrade_at_once_apply_each_migration_once(empty_database: Database) -> None:
    both = [
        subprocess.Popen(
            [SPEND, "db", "upgrade", "--json"], env=environment(empty_database), stdout=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    applied = [json.loads(process.communicate(timeout=120)[0])["applied"] for process in both]
    assert sorted(map(len, applied)) == [0, LATEST]
    assert scalar(empty_database, "select count(*) from schema_migrations") == LATEST


@pytest.mark.parametrize("command", [["up", "--no-ui"], ["sync"], ["db", "status"]], ids=" ".join)
def test_an_older_release_on_a_newer_database_says_so_and_stops(
    database: Database, command: list[str], tmp_path: Any
) -> None:
    """Before anything of it starts: one sentence, no traceback."""
    upgrade(database, [*migrations(), Migration(NEXT, "of_tomorrow", "create table of_tomorrow ()")])
    place = {**environment(database), "SPEND_HOME": str(tmp_path)}
    done = subprocess.run([SPEND, *command], env=place, capture_output=True, text=True, timeout=120, check=False)
    (said,) = [line for line in done.stderr.splitlines() if not line.startswith("Starting: ")]
    assert done.returncode == 1
    assert said == (f"spend: The database is newer than this release (migration {NEXT}): install the newer release")


def test_this_release_on_an_older_database_upgrades_it_or_says_what_to_do(empty_database: Database) -> None:
    """`spend` does it at its start; what is started without it says `spend db upgrade`."""
    upgrade(empty_database, migrations()[:3])
    done = subprocess.run(
        [SPEND, "db", "status"], env=environment(empty_database), capture_output=True, text=True, check=True
    )
    assert "Not applied yet" in done.stderr
    assert "spend db upgrade" in done.stderr
    listed = [SPEND, "clients", "list", "--json"]
    subprocess.run(listed, env=environment(empty_database), check=True, stdout=sys.stderr)
    assert pending(empty_database) == []
