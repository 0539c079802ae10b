"""The assets downstream of the snapshots: spend by UTC day, and the month's end foreseen from it, a partition a day."""

from datetime import date, timedelta

import dagster as dg

from spend_pipeline.analytics.forecast import HISTORY_DAYS
from spend_pipeline.analytics.roll_up import roll_up, roll_up_forecasts
from spend_pipeline.orchestration import columns, report, spend_checks, spend_report
from spend_pipeline.orchestration.assets import GROUP, OWNERS, spend_snapshots
from spend_pipeline.syncing import Syncing

KINDS = {"python", "pandas", "postgres"}

FIRST_DAY = date(2026, 1, 1)

# The present day is a partition too: what it spent so far is known.
days = dg.DailyPartitionsDefinition(start_date=FIRST_DAY.isoformat(), timezone="UTC", end_offset=1)
FRESH = dg.FreshnessPolicy.time_window(fail_window=timedelta(hours=9), warn_window=timedelta(hours=5))


@dg.asset(
    deps=[dg.AssetDep(spend_snapshots, partition_mapping=dg.AllPartitionMapping())],
    partitions_def=days,
    backfill_policy=dg.BackfillPolicy.single_run(),
    group_name=GROUP,
    owners=OWNERS,
    kinds=KINDS - {"pandas"},
    freshness_policy=FRESH,
    check_specs=[spend_checks.UNUSUAL, spend_checks.RECONCILED],
    metadata=report.table("spend_days", "analytics#daily_spend") | columns.schema("daily_spend"),
)
def daily_spend(context: dg.AssetExecutionContext, syncing: dg.ResourceParam[Syncing]) -> dg.MaterializeResult:
    """What each integration spent on each UTC day, from its snapshots: reported, or derived and marked so.

    The view `daily_spend` reads these rows, and derives the same anew for the days that readings came for since. A day
    is thrown away and computed anew: it can be backfilled.
    """
    asked = _days(context)
    rolled = roll_up(syncing.database, asked)
    told = spend_report.by_day(rolled, asked)
    told[max(asked).isoformat()] |= columns.lineage("daily_spend")
    for day, metadata in told.items():
        context.add_asset_metadata(metadata, partition_key=day)
    return dg.MaterializeResult(
        check_results=[
            spend_checks.no_day_is_unusual(syncing.database, asked, syncing.clock()),
            spend_checks.months_are_reconciled(syncing.database, syncing.clock()),
        ],
    )


@dg.asset(
    deps=[dg.AssetDep(daily_spend, partition_mapping=dg.TimeWindowPartitionMapping(start_offset=-HISTORY_DAYS - 3))],
    partitions_def=days,
    backfill_policy=dg.BackfillPolicy.single_run(),
    group_name=GROUP,
    owners=OWNERS,
    kinds=KINDS,
    freshness_policy=FRESH,
    metadata=report.table("spend_forecasts", "analytics#month_end_forecast") | columns.schema("spend_forecast"),
)
def spend_forecast(context: dg.AssetExecutionContext, syncing: dg.ResourceParam[Syncing]) -> dg.MaterializeResult:
    """What the month of a day will have cost by its end, and between what bounds, by client and provider, in USD."""
    foreseen = roll_up_forecasts(syncing.database, _days(context))
    metadata = spend_report.of_forecasts(foreseen) | columns.lineage("spend_forecast")
    return dg.MaterializeResult(metadata=metadata)


def _days(context: dg.AssetExecutionContext) -> list[date]:
    return [date.fromisoformat(key) for key in context.partition_keys]
