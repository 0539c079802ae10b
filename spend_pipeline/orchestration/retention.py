"""Retention, once a day: history of integrations removed 90 days ago, and months that are not to be kept."""

import dagster as dg

from spend_pipeline.store.retention import drop_old_history
from spend_pipeline.syncing import Syncing


@dg.op(description="Drops the history of integrations removed long ago, and months past SPEND_RETENTION_MONTHS.")
def drop_history(context: dg.OpExecutionContext, syncing: dg.ResourceParam[Syncing]) -> None:
    dropped = drop_old_history(syncing.database, syncing.clock(), syncing.keep_months)
    context.add_output_metadata(
        {
            "snapshots of removed integrations": dropped.snapshots,
            "removed integrations": dropped.integrations,
            "months": ", ".join(dropped.partitions) or "none",
        }
    )


@dg.job(
    executor_def=dg.in_process_executor,
    description="Drops history that is past its time: 90 days after an integration was removed, or by its month.",
)
def retention() -> None:
    drop_history()


retention_daily = dg.ScheduleDefinition(
    name="retention_daily",
    job=retention,
    cron_schedule="15 2 * * *",  # between two syncs
    execution_timezone="UTC",
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Drops history that is past its time, once a day.",
)
