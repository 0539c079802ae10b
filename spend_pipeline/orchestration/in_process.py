"""A sync as a Dagster run in this very process, recorded in the instance like any other."""

from collections.abc import Sequence
from uuid import UUID

import dagster as dg

from spend_pipeline.definitions import defs
from spend_pipeline.orchestration.partitions import range_tags
from spend_pipeline.orchestration.runs import CLIENT_ID_TAG, SYNC_ID_TAG, TRIGGER_TAG
from spend_pipeline.store.clients import Client
from spend_pipeline.syncing import Syncing


def run_sync(work: Syncing, sync_id: UUID, *, provider_names: Sequence[str], client: Client | None) -> bool:
    """Whether the run succeeded. A provider that fails does not fail it."""
    tags = {**range_tags(provider_names), SYNC_ID_TAG: str(sync_id), TRIGGER_TAG: "cli"}
    if client is not None:
        tags[CLIENT_ID_TAG] = str(client.id)
    with dg.DagsterInstance.get() as instance:
        job = defs.resolve_job_def("sync_billing")
        result = job.execute_in_process(instance=instance, tags=tags, resources={"syncing": work}, raise_on_error=False)
    return result.success
