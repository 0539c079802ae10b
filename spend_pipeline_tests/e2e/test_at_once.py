"""Syncs that meet: many posts, a run executed again, two daemons, two readings at once, and a daemon that is away."""

import subprocess
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psutil
import pytest

from spend_pipeline.orchestration.partitions import range_tags
from spend_pipeline.orchestration.runs import TRIGGER_TAG
from spend_pipeline.store.syncs import AUTOMATIC
from spend_pipeline_tests.e2e.kills import ANSWER_SECONDS, add_slow_client, asked, check_answer, check_books
from spend_pipeline_tests.e2e.running_house import PATH, RunningHouse

AT_ONCE = 50
REEXECUTE = """mutation($params: ReexecutionParams!) { launchRunReexecution(reexecutionParams: $params) {
  __typename ... on LaunchRunSuccess { run { runId } } ... on PythonError { message } } }"""
LAUNCH = """mutation($params: ExecutionParams!) { launchRun(executionParams: $params) {
  __typename ... on PythonError { message } } }"""
STATUS = """query($id: ID!) { runOrError(runId: $id) { ... on Run { status } } }"""
LAST_RUN = "select run_id from syncs where run_id is not null order by created_at desc limit 1"
FINISHED = "select count(*) as syncs from syncs where finished_at is not null"


@pytest.fixture(scope="module")
def token(house: RunningHouse) -> str:
    return add_slow_client(house)


def state(house: RunningHouse) -> list[list[dict[str, Any]]]:
    """Everything a sync writes."""
    tables = ("spend_snapshots", "spend_totals", "integrations", "sync_requests")
    return [house.rows(f"select * from {table} order by 1, 2") for table in tables]


def test_of_fifty_posts_at_once_one_is_accepted(house: RunningHouse, token: str) -> None:
    """Whether they name a provider or not; the refused are told when to come back."""
    headers = {"Authorization": f"Bearer {token}"}

    def post(number: int) -> tuple[int, Any, Any]:
        return house.ask("POST", PATH + ("?provider_name=mistral" if number % 2 else ""), headers)

    with ThreadPoolExecutor(AT_ONCE) as callers:
        answers = list(callers.map(post, range(AT_ONCE)))
    statuses = Counter(status for status, _, _ in answers)
    assert statuses.keys() <= {200, 429, 504}
    assert statuses[429] == AT_ONCE - 1
    assert all("Retry-After" in headers for status, headers, _ in answers if status == 429)
    house.until(lambda: house.rows(FINISHED)[0]["syncs"] == 1, seconds=ANSWER_SECONDS)
    check_books(house)


def test_a_run_that_is_executed_again_from_the_ui_changes_nothing(house: RunningHouse, token: str) -> None:
    """The button of the UI: the run succeeds, and no snapshot, total or request is another one after it."""
    check_answer(house, token, asked(house, token))
    check_books(house)
    before = state(house)
    (last,) = house.rows(LAST_RUN)
    params = {"parentRunId": last["run_id"], "strategy": "ALL_STEPS"}
    launched = house.graphql(REEXECUTE, {"params": params})["launchRunReexecution"]
    assert launched["__typename"] == "LaunchRunSuccess", launched
    run = {"id": launched["run"]["runId"]}
    house.until(
        lambda: house.graphql(STATUS, run)["runOrError"]["status"] in ("SUCCESS", "FAILURE"), seconds=ANSWER_SECONDS
    )
    assert house.graphql(STATUS, run)["runOrError"]["status"] == "SUCCESS"
    assert state(house) == before
    check_books(house)


def test_two_daemons_double_nothing(house: RunningHouse, token: str) -> None:
    """Dagster does not support it, and a careless deployment does it: each request has one sync all the same."""
    daemon = house.part("daemon")
    with (house.home / "second.log").open("w") as log:
        second = subprocess.Popen(
            daemon.cmdline(), env=daemon.environ(), stdin=subprocess.PIPE, stdout=log, stderr=log, cwd=daemon.cwd()
        )
    try:
        house.until(lambda: "SensorDaemon" in (house.home / "second.log").read_text(), seconds=ANSWER_SECONDS)
        before = house.rows(FINISHED)[0]["syncs"]
        for _ in range(3):
            check_answer(house, token, asked(house, token))
        assert second.poll() is None
        house.until(lambda: house.rows(FINISHED)[0]["syncs"] >= before + 3, seconds=ANSWER_SECONDS)
        assert house.rows(FINISHED)[0]["syncs"] == before + 3
    finally:
        second.kill()
        second.wait()
    check_books(house)


def begin_scheduled_sync(house: RunningHouse) -> None:
    """The run that a tick of the schedule asks for."""
    tags = [{"key": key, "value": value} for key, value in {**range_tags(), TRIGGER_TAG: AUTOMATIC}.items()]
    selector = {
        "repositoryLocationName": "spend_pipeline",
        "repositoryName": "__repository__",
        "jobName": "sync_billing",
    }
    params = {"selector": selector, "executionMetadata": {"tags": tags}}
    launched = house.graphql(LAUNCH, {"params": params})["launchRun"]
    assert launched["__typename"] == "LaunchRunSuccess", launched


def begin_manual_sync(house: RunningHouse, token: str) -> None:
    house.free_the_minute()
    assert house.post(token, headers={"Prefer": "respond-async"})[0] == 202


@pytest.mark.parametrize(("first_done", "scheduled"), [("older", "neither"), ("newer", "older"), ("newer", "newer")])
def test_of_two_readings_the_newer_one_stays(house: RunningHouse, first_done: str, scheduled: str) -> None:
    """Two runs over one integration at the same time, whichever ends first; both snapshots are kept."""
    accounts = {age: f"{age}-{first_done}-{scheduled}" for age in ("older", "newer")}
    key = house.home / f"key-{first_done}-{scheduled}"
    gates = {age: house.sandbox.holding(account) for age, account in accounts.items()}
    key.write_text(f"sandbox.admin.{accounts['older']}.fault-held")
    name = f"meets {first_done} {scheduled}"
    token, (integration,) = house.add_client(name, ("mistral", {"api_key": f"file:{key}"}))
    for age, account in accounts.items():
        key.write_text(f"sandbox.admin.{account}.fault-held")
        gates[age].__enter__()
        begin_scheduled_sync(house) if age == scheduled else begin_manual_sync(house, token)
        house.until(
            lambda account=account: any(account in (seen.key or "") for seen in house.sandbox.requests),  # type: ignore[misc]
            seconds=ANSWER_SECONDS,
        )
    taken = f"select * from spend_snapshots where integration_id = {integration} order by synced_at"
    for number, age in enumerate(sorted(gates, key=lambda age: age != first_done), start=1):
        gates[age].__exit__(None, None, None)
        house.until(lambda number=number: len(house.rows(taken)) == number, seconds=ANSWER_SECONDS)  # type: ignore[misc]
    check_books(house)
    (now,) = house.rows(f"select * from integrations where id = {integration}")
    assert now["billing_attempted_at"] == house.rows(taken)[-1]["synced_at"]
    assert now["cached_usage_month"] == house.rows(taken)[-1]["usage_month_usd"]


def test_a_daemon_that_is_away_is_told_and_comes_back(house: RunningHouse, token: str) -> None:
    """It hangs: after the heartbeat's 20 s it is 503, nothing is queued, no minute used; then all is as before."""
    daemon: psutil.Process = house.part("daemon")
    house.free_the_minute()
    before = house.rows("select count(*) from sync_requests")
    daemon.suspend()
    try:
        house.until(lambda: house.ask("GET", "/readyz", {})[0] == 503, seconds=ANSWER_SECONDS)
        status, headers, body = house.post(token)
        assert (status, headers["Retry-After"]) == (503, "10")
        assert body["error"] == "Nobody is there to run the sync right now, so nothing was queued"
        assert house.rows("select count(*) from sync_requests") == before
        assert house.rows("select id from clients where manual_sync_at is not null") == []
    finally:
        daemon.resume()
    check_answer(house, token, asked(house, token))
    check_books(house)
