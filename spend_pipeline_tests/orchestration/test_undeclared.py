"""An integration whose provider nobody declares any more fails by name, and holds up no other."""

from uuid import uuid4

from spend_pipeline.orchestration.partitions import range_tags
from spend_pipeline.orchestration.runs import SYNC_ID_TAG, TRIGGER_TAG
from spend_pipeline.store import requests
from spend_pipeline.store.database import Database
from spend_pipeline_tests.orchestration.conftest import AddClient, RunJob
from spend_pipeline_tests.orchestration.test_assets import MANAGEMENT, query
from spend_pipeline_tests.store.books import claim

GONE = {"provider_name": "gone", "status": "failed", "error_kind": "not_configured"}
READ = {"provider_name": "openrouter", "status": "read", "error_kind": None}


def _snapshots(database: Database) -> list[dict[str, object]]:
    """What the runs so far have stored, which is forgotten with it."""
    return query(
        database,
        "with taken as (delete from spend_snapshots returning *) "
        "select provider_name, status, error_kind from taken order by integration_id",
    )


def test_it_is_taken_along_where_it_is_meant_and_nowhere_else(
    run_job: RunJob, add_client: AddClient, database: Database
) -> None:
    """By a sync of everything, and by a request for it; not by a sync of another provider."""
    client, ids = add_client("acme", ("groq", {"api_key": "gsk_any"}), ("openrouter", MANAGEMENT))
    query(database, f"update integrations set provider_name = 'gone' where id = {ids[0]} returning id")
    assert run_job(range_tags()).success
    assert _snapshots(database) == [GONE, READ]
    (failed,) = query(database, "select billing_sync_error from integrations where consecutive_failures = 1")
    assert str(failed["billing_sync_error"]).startswith("No provider is named 'gone' here: ")
    assert run_job(range_tags(["openrouter"])).success
    assert _snapshots(database) == [READ]
    for wanted, expected in (("gone", [GONE]), (None, [GONE, READ])):
        query(database, "update clients set manual_sync_at = null returning id")
        assert isinstance(requests.accept(database, client, wanted), requests.Accepted)
        sync_id = uuid4()
        claimed = claim(database, sync_id)
        tags = {**range_tags(claimed or []), SYNC_ID_TAG: str(sync_id), TRIGGER_TAG: "manual"}
        assert run_job(tags).success
        assert _snapshots(database) == expected
