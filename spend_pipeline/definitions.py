"""Everything Dagster runs, listed by name."""

import dagster as dg

from spend_pipeline.orchestration.assets import (
    budget_alerts,
    fx_rates,
    integration_billing,
    spend_snapshots,
    spend_totals,
)
from spend_pipeline.orchestration.jobs import refresh_rates, sync_billing
from spend_pipeline.orchestration.resources import syncing_from_environment
from spend_pipeline.orchestration.retention import retention, retention_daily
from spend_pipeline.orchestration.schedules import every_four_hours, rates_every_four_hours
from spend_pipeline.orchestration.sensors import first_rates, listeners
from spend_pipeline.orchestration.spend_assets import daily_spend, spend_forecast
from spend_pipeline.orchestration.spend_schedule import roll_up_every_four_hours, roll_up_spend

defs = dg.Definitions(
    assets=[
        fx_rates,
        spend_snapshots,
        integration_billing,
        spend_totals,
        budget_alerts,
        daily_spend,
        spend_forecast,
    ],
    jobs=[sync_billing, refresh_rates, roll_up_spend, retention],
    schedules=[every_four_hours, rates_every_four_hours, roll_up_every_four_hours, retention_daily],
    sensors=[*listeners, first_rates],
    resources={"syncing": syncing_from_environment},
    executor=dg.in_process_executor,
)
