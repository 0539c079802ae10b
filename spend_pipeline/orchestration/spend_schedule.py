"""When spend is rolled up by day: after each scheduled sync, in a run of its own that no manual sync waits for."""

from datetime import date, timedelta

import dagster as dg
from dagster._core.storage.tags import ASSET_PARTITION_RANGE_END_TAG, ASSET_PARTITION_RANGE_START_TAG

from spend_pipeline.orchestration.spend_assets import daily_spend, spend_forecast

DAYS_BACK = 2  # a day's row is final once the day after it has ended

roll_up_spend = dg.define_asset_job(
    "roll_up_spend",
    selection=[daily_spend, spend_forecast],
    executor_def=dg.in_process_executor,
    description="Rolls up spend by day from the snapshots and foresees the month's end.",
)


@dg.schedule(
    job=roll_up_spend,
    cron_schedule="20 */4 * * *",  # a sync takes at most 15 minutes (max_runtime_seconds in dagster.yaml)
    execution_timezone="UTC",
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Rolls up today and the two days before it, twenty minutes after each scheduled sync.",
)
def roll_up_every_four_hours(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
    today = context.scheduled_execution_time.date()
    tags = day_range_tags(today - timedelta(days=DAYS_BACK), today)
    return dg.RunRequest(run_key=context.scheduled_execution_time.isoformat(), tags=tags)


def day_range_tags(first: date, last: date) -> dict[str, str]:
    """The tags of one run over the days from one to another, both included."""
    return {ASSET_PARTITION_RANGE_START_TAG: first.isoformat(), ASSET_PARTITION_RANGE_END_TAG: last.isoformat()}
