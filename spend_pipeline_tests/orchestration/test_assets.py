"""The three assets over a range of partitions: one run, one sync, one row an integration."""

from uuid import uuid4

import dagster as dg
from sqlalchemy import text

from spend_pipeline.orchestration.partitions import provider_partitions, range_tags
from spend_pipeline.orchestration.runs import SYNC_ID_TAG, TRIGGER_TAG
from spend_pipeline.providers import PROVIDERS
from spend_pipeline.store.database import Database
from spend_pipeline_tests.orchestration.conftest import AddClient, RunJob

MANAGEMENT = {"api_key": "sandbox.management"}
ADMIN = {"api_key": "sandbox.admin"}


def query(database: Database, sql: str) -> list[dict[str, object]]:
    with database.transaction() as connection:
        return [dict(row) for row in connection.execute(text(sql)).mappings()]


def test_there_is_a_partition_for_each_provider_in_the_lists_order() -> None:
    assert list(provider_partitions.get_partition_keys()) == list(PROVIDERS)


def test_a_range_is_the_shortest_that_holds_the_providers_asked_for() -> None:
    start, end = list(range_tags(["groq", "mistral"]).values())
    assert (start, end) == ("mistral", "groq")
    assert list(range_tags([]).values()) == [next(iter(PROVIDERS)), list(PROVIDERS)[-1]]


def test_a_run_over_all_partitions_reads_every_integration_once(
    run_job: RunJob, add_client: AddClient, database: Database
) -> None:
    """Snapshots, billing state, totals and every check, from one run; a failing provider does not fail it."""
    _, ids = add_client("acme", ("openrouter", MANAGEMENT), ("fal_ai", ADMIN), ("mistral", {"api_key": "nobodys"}))
    result = run_job(range_tags())
    assert result.success
    rows = query(database, "select integration_id, status from spend_snapshots order by 1")
    assert rows == [{"integration_id": i, "status": s} for i, s in zip(ids, ["read", "read", "failed"], strict=True)]
    (sync,) = query(database, "select * from syncs")
    assert (str(sync["id"]), sync["trigger"]) == (result.run_id, "ui")
    assert sync["finished_at"] is not None
    checks = result.get_asset_check_evaluations()
    assert {check.check_name: check.passed for check in checks} == {
        "every_integration_has_a_snapshot": True,
        "no_figure_leaps": True,
        "no_figure_is_stale": True,
        "totals_equal_their_snapshots": True,
        "alerts_are_delivered": True,
    }
    (failed,) = query(database, "select billing_sync_error from integrations where consecutive_failures = 1")
    assert failed["billing_sync_error"] == "API key invalid or expired"


def test_one_partition_reads_only_its_provider(run_job: RunJob, add_client: AddClient, database: Database) -> None:
    _, ids = add_client("acme", ("openrouter", MANAGEMENT), ("fal_ai", ADMIN))
    assert run_job(range_tags(["fal_ai"])).success
    assert query(database, "select integration_id from spend_snapshots") == [{"integration_id": ids[1]}]


def test_a_second_run_of_the_same_sync_changes_nothing(
    run_job: RunJob, add_client: AddClient, database: Database
) -> None:
    """A doubled or re-executed run finds the snapshots taken: no second row, no second total."""
    add_client("acme", ("openrouter", MANAGEMENT))
    tags = {**range_tags(), SYNC_ID_TAG: str(uuid4()), TRIGGER_TAG: "cli"}
    assert run_job(tags).success
    before = query(database, "select * from spend_snapshots"), query(database, "select * from spend_totals")
    assert run_job(tags).success
    assert (query(database, "select * from spend_snapshots"), query(database, "select * from spend_totals")) == before


def test_metadata_tells_people_counts_totals_and_failures_but_no_secret(run_job: RunJob, add_client: AddClient) -> None:
    add_client("acme", ("openrouter", MANAGEMENT), ("fal_ai", {"api_key": "sk-canary-0123456789"}))
    result = run_job(range_tags())
    metadata = {
        event.asset_key.to_user_string(): event.step_materialization_data.materialization.metadata
        for event in result.get_asset_materialization_events()
        if event.asset_key
    }
    assert metadata["spend_snapshots"]["integrations"].value == 2
    assert metadata["spend_snapshots"]["failed"].value == 1
    assert "API key invalid or expired" in str(metadata["spend_snapshots"]["failures"])
    assert metadata["spend_totals"]["clients"].value == 1
    assert "canary" not in str(metadata)


def test_nothing_to_sync_is_a_sync_without_rows(run_job: RunJob, database: Database) -> None:
    assert run_job(range_tags()).success
    assert query(database, "select * from spend_snapshots") == []


def test_wrong_totals_and_missing_snapshots_fail_their_checks(
    run_job: RunJob, add_client: AddClient, database: Database
) -> None:
    """The checks look at the rows again, so a row that was changed or lost is seen."""
    _, ids = add_client("acme", ("openrouter", MANAGEMENT), ("groq", {"api_key": "gsk_any"}))
    tags = {**range_tags(), SYNC_ID_TAG: str(uuid4())}
    run_job(tags)
    query(database, f"delete from spend_snapshots where integration_id = {ids[1]} returning 1")
    query(database, "update spend_totals set total_balance = total_balance + 1 returning 1")
    query(database, "update syncs set finished_at = null returning 1")
    query(database, "update integrations set billing_synced_at = now() - interval '9 hours' returning 1")
    checks = {check.check_name: check for check in run_job(tags).get_asset_check_evaluations()}
    assert [name for name, check in checks.items() if check.passed] == ["no_figure_leaps", "alerts_are_delivered"]
    assert checks["no_figure_is_stale"].severity == dg.AssetCheckSeverity.WARN
    assert str(ids[1]) in str(checks["every_integration_has_a_snapshot"].metadata)
