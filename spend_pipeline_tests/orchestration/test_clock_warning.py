"""A clock here that is not the providers': a warning in the run's log."""

import logging
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import dagster as dg

from spend_pipeline.orchestration.partitions import range_tags
from spend_pipeline.syncing import Syncing
from spend_pipeline_tests.orchestration.conftest import AddClient, RunJob
from spend_pipeline_tests.outbound.fault_server import faulty

WALLET = b"""{"is_available": true, "balance_infos": [{"currency": "USD", "total_balance": "5.00",
  "granted_balance": "0.00", "topped_up_balance": "5.00"}]}"""


def test_a_run_warns_of_the_clock_in_its_log(
    run_job: RunJob, instance: dg.DagsterInstance, stations: Syncing, add_client: AddClient
) -> None:
    """Where whoever runs Dagster sees it; the run is a success."""
    add_client("acme", ("deepseek", {"api_key": "sk-any"}))
    late = format_datetime(datetime.now(UTC) + timedelta(minutes=10), usegmt=True)
    with faulty(lambda exchange: exchange.answer(WALLET, Date=late)) as server:
        stations.reader = replace(stations.reader, urls={"deepseek": server.url})
        result = run_job(range_tags(["deepseek"]))
    assert result.success
    warnings = [entry.user_message for entry in instance.all_logs(result.run_id) if entry.level == logging.WARNING]
    assert len(warnings) == 1
    assert "The clock here is not that of deepseek (+" in warnings[0]
