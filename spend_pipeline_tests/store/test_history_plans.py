"""A page of history reads its own rows: by index, in the partitions of its days, however much else there is."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from spend_pipeline.store.database import Database, statement
from spend_pipeline_tests.store.books import GROQ, Added, scalar, write
from spend_pipeline_tests.store.conftest import Add

START = datetime(2026, 1, 1, tzinfo=UTC)
FILL = """
insert into spend_snapshots (sync_id, integration_id, client_id, provider_name, synced_at, status, usage_today,
    usage_today_currency, usage_today_basis, usage_today_usd, usage_month, usage_month_currency, usage_month_basis,
    usage_month_usd, read_seconds)
select :sync, id, client_id, provider_name, moment, 'read', 1, 'USD', 'reported', 1, 2, 'USD', 'reported', 2, 0.1
from integrations
cross join generate_series(cast(:start as timestamptz), cast(:start as timestamptz) + interval '150 days', '4 hours')
    as moment
"""
BY_PERIOD = {"from": START.replace(month=3), "periods": 30, "step": "1 day", "monthly": False, "kept_days": 90}
OWN = 61 * 6  # one integration's readings in March and April
READINGS = {"from": START.replace(month=3), "to": START.replace(month=5), "shown": None, "limit": 51}


@pytest.fixture
def crowd(database: Database, add: Add) -> Added:
    """120 integrations of two clients, with over 100,000 readings in five months."""
    mine = add(*[GROQ] * 20)
    add(*[GROQ] * 100)
    sync = "00000000-0000-4000-8000-000000000000"
    write(database, "insert into syncs (id, trigger) values (:id, 'cli')", id=sync)
    for month in range(1, 7):
        moment = START.replace(month=month)
        write(database, "select ensure_spend_snapshots_partition(:moment)", moment=moment)
    write(database, FILL, sync=sync, start=START)
    write(database, "analyze")
    assert scalar(database, "select count(*) from spend_snapshots") > 100_000
    return mine


def scans(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The nodes that read snapshots, of those that were executed at all."""
    if plan["Actual Loops"] and str(plan.get("Relation Name", "")).startswith("spend_snapshots"):
        yield plan
    for inner in plan.get("Plans", ()):
        yield from scans(inner)


def explained(database: Database, name: str, **parameters: Any) -> list[dict[str, Any]]:
    sql = f"explain (analyze, format json) {statement(name).text}"
    (plan,) = scalar(database, sql, **parameters)
    return list(scans(plan["Plan"]))


def rows_read(nodes: list[dict[str, Any]]) -> float:
    read = ((node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"] for node in nodes)
    return float(sum(read))


def test_a_page_reads_its_own_rows(database: Database, crowd: Added) -> None:
    """Of an integration by reading and by day, and of a client by day."""
    of = {"client_id": crowd.client.id, "integration_id": crowd.ids[7]}
    for name, parameters, at_most in (
        ("readings_of_integration", {**of, **READINGS}, OWN),
        ("spend_by_period", {**of, **BY_PERIOD}, 60),
        ("spend_by_period", {**of, **BY_PERIOD, "integration_id": None}, 20 * 60),
        ("spend_by_period", {**of, **BY_PERIOD, "periods": 4, "step": "1 month", "monthly": True}, 8),
    ):
        nodes = explained(database, name, **parameters)
        assert nodes
        assert {node["Node Type"] for node in nodes} <= {"Index Scan", "Bitmap Heap Scan"}, name
        assert rows_read(nodes) <= at_most, name


def test_a_page_stays_in_its_months(database: Database, crowd: Added) -> None:
    of = {"client_id": crowd.client.id, "integration_id": crowd.ids[7]}
    for name, parameters in (("readings_of_integration", READINGS), ("spend_by_period", BY_PERIOD)):
        read = {node["Relation Name"] for node in explained(database, name, **of, **parameters)}
        assert read <= {"spend_snapshots_202603", "spend_snapshots_202604"}, name
