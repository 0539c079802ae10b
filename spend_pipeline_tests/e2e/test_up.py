"""`spend up` from its first request to its second life."""

from pathlib import Path

import psutil
import pytest

from spend_pipeline.orchestration.sensors import TURNS
from spend_pipeline.providers import PROVIDERS
from spend_pipeline.sandbox.server import Sandbox
from spend_pipeline_tests.e2e.running_house import RunningHouse

SETTLED = "select id from syncs where finished_at is not null"
MATERIALIZE = """mutation($params: LaunchBackfillParams!) { launchPartitionBackfill(backfillParams: $params) {
  __typename ... on PythonError { message } } }"""
RUNS = """{ runsOrError(filter: {pipelineName: "sync_billing"}) { ... on Runs { results {
  status tags { key value } assetMaterializations { assetKey { path } partition } } } } }"""
CHECKS = """{ assetNodes { assetKey { path } assetChecksOrError { ... on AssetChecks { checks {
  name executionForLatestMaterialization { status } } } } } }"""
AUTOMATION = """{ repositoriesOrError { ... on RepositoryConnection { nodes {
  schedules { name cronSchedule executionTimezone scheduleState { status } }
  sensors { name sensorState { status } } } } } }"""


@pytest.fixture(scope="module")
def key_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key that an integration refers to, wrong at first."""
    path = tmp_path_factory.mktemp("keys") / "fal"
    path.write_text("nobodys-key\n")
    return path


@pytest.fixture(scope="module")
def acme(house: RunningHouse, sandbox: Sandbox, key_file: Path) -> tuple[str, list[int]]:
    """A client with an integration of every outcome."""
    given = sandbox.credentials
    return house.add_client(
        "acme",
        ("openrouter", given["openrouter"]["management"]),
        ("groq", given["groq"]["ordinary"]),
        ("mistral", given["mistral"]["admin"]),
        ("fal_ai", {"api_key": f"file:{key_file}"}),
    )


def test_a_post_is_answered_by_a_dagster_run_over_every_station(
    house: RunningHouse, acme: tuple[str, list[int]], sandbox: Sandbox
) -> None:
    """Answer, rows, billing state, run and materializations agree; a second post in the minute is refused."""
    token, ids = acme
    status, headers, body = house.post(token)
    assert status == 200, body
    assert list(body) == ["success", "synced", "failed", "results", "total_balance", "total_usage_month"]
    assert [row["id"] for row in body["results"]] == ids
    assert (body["success"], body["synced"], body["failed"]) == (True, 3, 1)
    read, unsupported, spent, failed = body["results"]
    figures = ["balance", "usage_today", "usage_month"]
    assert list(read) == ["id", "provider_name", "status", *figures, "synced_at"]
    assert list(unsupported) == [*read, "note"]
    assert [unsupported[name] for name in figures] == [None, None, None]
    assert unsupported["note"] == "Provider does not expose billing API"
    assert list(failed) == ["id", "provider_name", "status", "error", "synced_at"]
    assert failed["error"] == "API key invalid or expired"
    assert len({row["synced_at"] for row in body["results"]}) == 1
    assert body["total_balance"] == read["balance"]
    assert body["total_usage_month"] == pytest.approx(read["usage_month"] + spent["usage_month"], abs=0.011)
    assert not sandbox.requests.to("groq")

    rows = house.rows("select * from spend_snapshots order by integration_id")
    assert [row["integration_id"] for row in rows] == ids
    assert float(round(rows[0]["balance_usd"], 2)) == read["balance"]
    (total,) = house.rows("select * from spend_totals")
    assert total["total_usage_month"] == sum(row["usage_month_usd"] or 0 for row in rows)

    house.until(lambda: house.graphql(RUNS)["runsOrError"]["results"][0]["status"] == "SUCCESS", seconds=60)
    (run,) = house.graphql(RUNS)["runsOrError"]["results"]
    made = [(each["assetKey"]["path"][0], each["partition"]) for each in run["assetMaterializations"]]
    assert {name for name, _ in made} == {"spend_snapshots", "integration_billing", "spend_totals", "budget_alerts"}
    assert {"openrouter", "groq", "mistral", "fal_ai"} <= {partition for _, partition in made}

    status, headers, body = house.post(token, "?provider_name=groq")
    assert status == 429
    assert 0 < int(headers["Retry-After"]) <= 60
    assert body["success"] is False


def test_the_schedule_and_the_sensor_are_on_and_the_checks_pass(
    house: RunningHouse, acme: tuple[str, list[int]]
) -> None:
    (repository,) = house.graphql(AUTOMATION)["repositoriesOrError"]["nodes"]
    crons = {schedule["name"]: schedule["cronSchedule"] for schedule in repository["schedules"]}
    assert crons == {
        "every_four_hours": "0 */4 * * *",
        "rates_every_four_hours": "30 3/4 * * *",
        "retention_daily": "15 2 * * *",
        "roll_up_every_four_hours": "5,20 */4 * * *",
    }
    assert {schedule["executionTimezone"] for schedule in repository["schedules"]} == {"UTC"}
    assert {schedule["scheduleState"]["status"] for schedule in repository["schedules"]} == {"RUNNING"}
    assert {sensor["name"]: sensor["sensorState"]["status"] for sensor in repository["sensors"]} == {
        **dict.fromkeys(TURNS, "RUNNING"),
        "first_rates": "RUNNING",
    }
    apart = (["fx_rates"], ["daily_spend"])  # no part of a sync: they run on schedules of their own
    nodes = [node for node in house.graphql(CHECKS)["assetNodes"] if node["assetKey"]["path"] not in apart]
    checks = [check for node in nodes for check in node["assetChecksOrError"]["checks"]]
    assert len(checks) == 5
    assert {check["executionForLatestMaterialization"]["status"] for check in checks} == {"SUCCEEDED"}


def test_a_failing_key_that_is_repaired_loses_its_error(
    house: RunningHouse, acme: tuple[str, list[int]], sandbox: Sandbox, key_file: Path
) -> None:
    """The error stays on the integration until a sync succeeds, beside no figure that was never read."""
    token, ids = acme
    (failing,) = house.rows(f"select * from integrations where id = {ids[3]}")
    assert failing["billing_sync_error"] == "API key invalid or expired"
    assert (failing["consecutive_failures"], failing["billing_synced_at"]) == (1, None)
    key_file.write_text(sandbox.credentials["fal_ai"]["admin"]["api_key"])
    house.free_the_minute()
    _, _, body = house.post(token, "?provider_name=fal_ai")
    assert [(row["id"], row["status"]) for row in body["results"]] == [(ids[3], "success")]
    (repaired,) = house.rows(f"select * from integrations where id = {ids[3]}")
    assert (repaired["billing_sync_error"], repaired["consecutive_failures"]) == (None, 0)
    assert repaired["billing_synced_at"] > failing["billing_attempted_at"]


def test_a_person_can_materialize_one_partition_and_all_from_the_ui(
    house: RunningHouse, acme: tuple[str, list[int]]
) -> None:
    """The mutation that the UI's button sends; billing state and totals follow by themselves."""
    before = house.rows(SETTLED)
    for providers in (["openrouter"], list(PROVIDERS)):
        launched = house.graphql(MATERIALIZE, {"params": params(providers)})["launchPartitionBackfill"]
        assert launched["__typename"] == "LaunchBackfillSuccess", launched
    house.until(lambda: len(house.rows(SETTLED)) == len(before) + 2, seconds=90)
    synced = house.rows("select provider_names from syncs where trigger = 'ui' order by cardinality(provider_names)")
    assert [row["provider_names"] for row in synced] == [["openrouter"], list(PROVIDERS)]


def params(providers: list[str]) -> dict[str, object]:
    assets = [{"path": [name]} for name in ("spend_snapshots", "integration_billing", "spend_totals")]
    return {"assetSelection": assets, "partitionNames": providers, "fromFailure": False, "tags": []}


def test_a_restart_loses_nothing_and_leaves_nothing_running(house: RunningHouse, acme: tuple[str, list[int]]) -> None:
    """SIGTERM ends every process, PostgreSQL last; the next start has the same rows and the minute still counts."""
    token, _ = acme
    house.free_the_minute()
    assert house.post(token)[0] == 200
    before = house.rows("select count(*) as snapshots, count(distinct sync_id) as syncs from spend_snapshots")
    assert house.process is not None
    children = psutil.Process(house.process.pid).children(recursive=True)
    postmaster = house.part("postgres")
    assert house.stop() == 0
    _, alive = psutil.wait_procs([*children, postmaster], timeout=10)
    assert not alive
    house.start()
    assert house.rows("select count(*) as snapshots, count(distinct sync_id) as syncs from spend_snapshots") == before
    assert house.post(token)[0] == 429
    house.free_the_minute()
    assert house.post(token)[0] == 200
