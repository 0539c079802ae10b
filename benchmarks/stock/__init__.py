"""The same assets under an ordinary sensor, for a Dagster with nothing set: what the manual sync is compared with."""

from uuid import uuid4

import dagster as dg

from spend_pipeline.orchestration.assets import (
    budget_alerts,
    fx_rates,
    integration_billing,
    spend_snapshots,
    spend_totals,
)
from spend_pipeline.orchestration.jobs import sync_billing
from spend_pipeline.orchestration.partitions import range_tags
from spend_pipeline.orchestration.resources import syncing_from_environment
from spend_pipeline.orchestration.runs import SYNC_ID_TAG, TRIGGER_TAG
from spend_pipeline.store import heartbeats, requests
from spend_pipeline.syncing import Syncing


@dg.sensor(job=sync_billing, default_status=dg.DefaultSensorStatus.RUNNING)
def stock_sensor(
    context: dg.SensorEvaluationContext, syncing: dg.ResourceParam[Syncing]
) -> dg.SensorResult | dg.SkipReason:
    """Looks for requests whenever the daemon asks it to, which by default is every 30 s."""
    sync_id = uuid4()
    turn = heartbeats.begin_turn(syncing.database, "stock_sensor")
    providers = requests.claim(syncing.database, sync_id, turn)
    if providers is None:
        return dg.SkipReason("No sync was requested")
    tags = {**range_tags(providers), SYNC_ID_TAG: str(sync_id), TRIGGER_TAG: "manual"}
    return dg.SensorResult(run_requests=[dg.RunRequest(run_key=str(sync_id), tags=tags)])


defs = dg.Definitions(
    assets=[fx_rates, spend_snapshots, integration_billing, spend_totals, budget_alerts],
    jobs=[sync_billing],
    sensors=[stock_sensor],
    resources={"syncing": syncing_from_environment},
)
