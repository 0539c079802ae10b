"""The automatic sync: every four hours, all providers, all clients."""

import dagster as dg

from spend_pipeline.orchestration.jobs import sync_billing
from spend_pipeline.orchestration.partitions import range_tags


@dg.schedule(
    job=sync_billing,
    cron_schedule="0 */4 * * *",
    execution_timezone="UTC",
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Syncs every integration of every client, every four hours.",
)
def every_four_hours(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
    return dg.RunRequest(run_key=context.scheduled_execution_time.isoformat(), tags=range_tags())
