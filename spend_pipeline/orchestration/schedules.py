"""The automatic sync, every four hours, all providers, all clients; and between two syncs a look for exchange rates."""

import dagster as dg

from spend_pipeline.orchestration.jobs import refresh_rates, sync_billing
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


rates_every_four_hours = dg.ScheduleDefinition(
    name="rates_every_four_hours",
    job=refresh_rates,
    cron_schedule="30 3/4 * * *",  # the bank publishes around 15:00 UTC on working days
    execution_timezone="UTC",
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Looks for new exchange rates half an hour before each sync.",
)
