"""When spend is rolled up by day: after each scheduled sync, in a run of its own that no manual sync waits for."""

from datetime import date, timedelta

import dagster as dg
from dagster._core.storage.tags import ASSET_PARTITION_RANGE_END_TAG, ASSET_PARTITION_RANGE_START_TAG

from spend_pipeline.analytics.roll_up import behind_since
from spend_pipeline.orchestration.spend_assets import FIRST_DAY, daily_spend, spend_forecast
from spend_pipeline.syncing import Syncing

MOST_DAYS = 366  # in one run: where more is behind, as after an upgrade, the next ones go on

roll_up_spend = dg.define_asset_job(
    "roll_up_spend",
    selection=[daily_spend, spend_forecast],
    executor_def=dg.in_process_executor,
    description="Rolls up spend by day from the snapshots and foresees the month's end.",
)


@dg.schedule(
    job=roll_up_spend,
    cron_schedule="5,20 */4 * * *",  # most syncs take seconds, and none more than 15 minutes (max_runtime_seconds)
    execution_timezone="UTC",
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Rolls up the days of which readings have come since, after each scheduled sync.",
)
def roll_up_every_four_hours(
    context: dg.ScheduleEvaluationContext, syncing: dg.ResourceParam[Syncing]
) -> dg.RunRequest:
    today = context.scheduled_execution_time.date()
    first = max(min(behind_since(syncing.database) or today, today), FIRST_DAY)
    last = min(first + timedelta(days=MOST_DAYS - 1), today)
    return dg.RunRequest(run_key=context.scheduled_execution_time.isoformat(), tags=day_range_tags(first, last))


def day_range_tags(first: date, last: date) -> dict[str, str]:
    """The tags of one run over the days from one to another, both included."""
    return {ASSET_PARTITION_RANGE_START_TAG: first.isoformat(), ASSET_PARTITION_RANGE_END_TAG: last.isoformat()}
