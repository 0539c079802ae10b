"""The jobs: one sync, from the providers to the alerts; and the exchange rates, which no sync waits for."""

import dagster as dg

from spend_pipeline.orchestration.assets import (
    budget_alerts,
    fx_rates,
    integration_billing,
    spend_snapshots,
    spend_totals,
)

sync_billing = dg.define_asset_job(
    "sync_billing",
    selection=[spend_snapshots, integration_billing, spend_totals, budget_alerts],
    executor_def=dg.in_process_executor,
    description="Reads every integration's billing figures and brings billing state, totals and alerts up to them.",
)

refresh_rates = dg.define_asset_job(
    "refresh_rates",
    selection=[fx_rates],
    executor_def=dg.in_process_executor,
    description="Looks for new exchange rates.",
)
