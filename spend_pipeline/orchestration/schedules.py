"""The automatic sync, every four hours, all providers, all clients; and between two syncs a look for exchange rates."""

from uuid import NAMESPACE_URL, uuid5

import dagster as dg

from spend_pipeline.orchestration.jobs import refresh_rates, sync_billing
from spend_pipeline.orchestration.partitions import range_tags
from spend_pipeline.orchestration.runs import PART_OF_TAG, SYNC_ID_TAG, TRIGGER_TAG
from spend_pipeline.period import AUTOMATIC_HOURS
from spend_pipeline.store.syncs import AUTOMATIC
from spend_pipeline.syncing import Syncing


@dg.schedule(
    job=sync_billing,
    cron_schedule=f"0 */{AUTOMATIC_HOURS} * * *",
    execution_timezone="UTC",
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Syncs every integration of every client, every four hours.",
)
def every_four_hours(context: dg.ScheduleEvaluationContext, syncing: dg.ResourceParam[Syncing]) -> list[dg.RunRequest]:
    """The sync is named by its hour: a tick that comes twice is one sync, which asks nobody twice.

    One run, or, where the settings divide it, one for each part.
    """
    due = context.scheduled_execution_time.isoformat()
    whole = uuid5(NAMESPACE_URL, f"every_four_hours/{due}")
    syncs = syncing.of_everything(whole)
    tags = {**range_tags(), TRIGGER_TAG: AUTOMATIC}
    if syncs == [whole]:
        return [dg.RunRequest(run_key=due, tags={**tags, SYNC_ID_TAG: str(whole)})]
    tags[PART_OF_TAG] = str(whole)
    return [dg.RunRequest(run_key=str(part), tags={**tags, SYNC_ID_TAG: str(part)}) for part in syncs]


rates_every_four_hours = dg.ScheduleDefinition(
    name="rates_every_four_hours",
    job=refresh_rates,
    cron_schedule="30 3/4 * * *",  # the bank publishes around 15:00 UTC on working days
    execution_timezone="UTC",
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Looks for new exchange rates half an hour before each sync.",
)
