"""A real run over integrations left alone: a row each, every check passes, its trigger decides who is asked."""

from uuid import uuid4

from spend_pipeline.orchestration.partitions import range_tags
from spend_pipeline.orchestration.runs import SYNC_ID_TAG, TRIGGER_TAG
from spend_pipeline.store.database import Database
from spend_pipeline_tests.orchestration.conftest import AddClient, RunJob
from spend_pipeline_tests.orchestration.test_assets import MANAGEMENT, query
from spend_pipeline_tests.store.books import write


def test_a_scheduled_run_leaves_alone_what_rests_and_a_manual_one_asks_it(
    run_job: RunJob, add_client: AddClient, database: Database
) -> None:
    _, (well, ill) = add_client("acme", ("openrouter", MANAGEMENT), ("fal_ai", {"api_key": "nobodys"}))

    def run(trigger: str) -> list[dict[str, object]]:
        result = run_job({**range_tags(), SYNC_ID_TAG: str(uuid4()), TRIGGER_TAG: trigger})
        assert result.success
        checks = {check.check_name: check.passed for check in result.get_asset_check_evaluations()}
        assert (checks["every_integration_has_a_snapshot"], checks["totals_equal_their_snapshots"]) == (True, True)
        newest = "synced_at = (select max(synced_at) from spend_snapshots)"
        return query(
            database, f"select integration_id, status, held_back from spend_snapshots where {newest} order by 1"
        )

    read = {"integration_id": well, "status": "read", "held_back": False}
    failed = {"integration_id": ill, "status": "failed", "held_back": False}
    assert run("schedule") == [read, failed]
    write(database, "update integrations set rests_until = now() + interval '1 hour' where id = :id", id=ill)
    assert run("schedule") == [read, {**failed, "held_back": True}]
    assert run("cli") == [read, failed]
    (state,) = query(database, f"select billing_sync_error, rests_until from integrations where id = {ill}")
    assert state == {"billing_sync_error": "API key invalid or expired", "rests_until": None}
