"""What Dagster's storage holds is seen by whoever opens its UI: clients by number, never by name, and no secret."""

from uuid import uuid4

import dagster as dg
from sqlalchemy import text

from spend_pipeline.orchestration.partitions import range_tags
from spend_pipeline.orchestration.runs import CLIENT_ID_TAG, SYNC_ID_TAG, TRIGGER_TAG
from spend_pipeline.store.database import Database
from spend_pipeline_tests.orchestration.conftest import AddClient, RunJob

NAME, KEY = "canary-client-gmbh", "sk-canary-0123456789"


def test_a_run_names_no_client_and_no_key(
    run_job: RunJob, instance: dg.DagsterInstance, add_client: AddClient, database: Database
) -> None:
    """Every table of Dagster's, to the last row: runs, tags, events, metadata, checks."""
    client, _ = add_client(NAME, ("openrouter", {"api_key": KEY}), ("fal_ai", {"api_key": "sandbox.admin"}))
    tags = {SYNC_ID_TAG: str(uuid4()), TRIGGER_TAG: "cli", CLIENT_ID_TAG: str(client)}
    result = run_job({**range_tags(), **tags})
    assert instance.get_run_by_id(result.run_id)
    written = ""
    with database.transaction() as connection:
        tables = (
            connection.execute(text("select tablename from pg_tables where schemaname = 'dagster'")).scalars().all()
        )
        for table in tables:
            # In full: the repr of a row leaves out the middle of a long text.
            written += "".join(connection.execute(text(f"select each::text from dagster.{table} each")).scalars())
    assert result.run_id in written
    assert f"{CLIENT_ID_TAG}" in written
    for secret in (NAME, KEY, "sandbox.admin"):
        assert secret not in written
