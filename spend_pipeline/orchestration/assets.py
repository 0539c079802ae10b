"""The assets: snapshots by provider, then the integrations' billing state, the totals, and the alerts."""

import dagster as dg

from spend_pipeline.alerts import watching
from spend_pipeline.orchestration import alert_report, checks, columns, report
from spend_pipeline.orchestration.partitions import provider_partitions
from spend_pipeline.orchestration.runs import sync_id_of, sync_run
from spend_pipeline.syncing import Syncing

GROUP = "spend"
OWNERS = ["team:finops"]
KINDS = {"python", "postgres"}


@dg.asset(
    group_name=GROUP,
    owners=OWNERS,
    kinds=KINDS,
    check_specs=[checks.RECENT_RATES],
    metadata=report.table("fx_rates", "decisions/0007-currencies-units-and-accounts") | columns.schema("fx_rates"),
)
def fx_rates(context: dg.AssetExecutionContext, syncing: dg.ResourceParam[Syncing]) -> dg.MaterializeResult:
    """What one unit of each currency is worth in US dollars: the European Central Bank's reference rates, a row a day.

    Where the bank's feed is silent, the last known rates stay in force, and a check shows how old they are.
    """
    rates, trouble = syncing.rates_in_force()
    if trouble:
        context.log.warning(trouble)
    return dg.MaterializeResult(
        metadata=report.of_rates(rates, trouble),
        check_results=[checks.rates_are_recent(rates, syncing.clock().date())],
    )


@dg.asset(
    deps=[fx_rates],
    partitions_def=provider_partitions,
    backfill_policy=dg.BackfillPolicy.single_run(),
    group_name=GROUP,
    owners=OWNERS,
    kinds=KINDS,
    check_specs=[checks.EVERY_INTEGRATION, checks.BELIEVABLE],
    metadata=report.table("spend_snapshots", "providers") | columns.schema("spend_snapshots"),
)
def spend_snapshots(context: dg.AssetExecutionContext, syncing: dg.ResourceParam[Syncing]) -> dg.MaterializeResult:
    """What each integration's provider says right now: one row an integration and sync, appended, never changed after.

    One partition a provider. A provider that fails is a row with its error, never a failed run.
    """
    sync = syncing.take_snapshots(sync_run(context), warn=context.log.warning)
    told = report.by_partition(syncing.database, sync.id, context.partition_keys)
    told[context.partition_keys[-1]] |= columns.lineage("spend_snapshots")
    for provider_name, metadata in told.items():
        context.add_asset_metadata(metadata, partition_key=provider_name)
    return dg.MaterializeResult(
        metadata=report.of_snapshots(syncing.database, sync.id),
        check_results=[
            checks.every_integration_has_a_snapshot(syncing.database, sync.id),
            checks.no_figure_leaps(syncing.database, sync.id),
        ],
    )


@dg.asset(
    deps=[spend_snapshots],
    group_name=GROUP,
    owners=OWNERS,
    kinds=KINDS,
    check_specs=[checks.FRESH],
    metadata=report.table("integrations", "analytics#current_balances") | columns.schema("integration_billing"),
)
def integration_billing(context: dg.AssetExecutionContext, syncing: dg.ResourceParam[Syncing]) -> dg.MaterializeResult:
    """Each integration's current figures, or its `billing_sync_error`: the newest snapshot written on the integration.

    A failure keeps the last good figures and the time they were read; a success clears the error.
    """
    syncing.settle_billing(sync_id_of(context.run))
    return dg.MaterializeResult(
        metadata=report.of_billing(syncing.database) | columns.lineage("integration_billing"),
        check_results=[checks.no_figure_is_stale(syncing.database)],
    )


@dg.asset(
    deps=[integration_billing],
    group_name=GROUP,
    owners=OWNERS,
    kinds=KINDS,
    check_specs=[checks.TOTALS],
    metadata=report.table("spend_totals", "analytics#spend_totals_history") | columns.schema("spend_totals"),
)
def spend_totals(context: dg.AssetExecutionContext, syncing: dg.ResourceParam[Syncing]) -> dg.MaterializeResult:
    """What each client has left and spent at all its providers, in USD: a row a client and sync.

    Sums over the figures that were read: unknown figures and failed readings add nothing. Whoever waits for the sync
    is answered here.
    """
    settled = syncing.settle_totals(sync_id_of(context.run))
    return dg.MaterializeResult(
        metadata=report.of_totals(syncing.database, settled) | columns.lineage("spend_totals"),
        check_results=[checks.totals_equal_their_snapshots(syncing.database, settled)],
    )


@dg.asset(
    deps=[spend_totals],
    group_name=GROUP,
    owners=OWNERS,
    kinds=KINDS,
    check_specs=[alert_report.DELIVERED],
    metadata=report.table("alerts", "alerts") | columns.schema("budget_alerts"),
)
def budget_alerts(context: dg.AssetExecutionContext, syncing: dg.ResourceParam[Syncing]) -> dg.MaterializeResult:
    """The budgets that are crossed: an alert fires once and ends once, and is told to the client's channels afterwards.

    What is unknown, or failed, does neither. A message that does not arrive is tried again by the next sync.
    """
    evaluated = watching.evaluate(syncing.database, syncing.clock(), syncing.messenger)
    told = watching.tell(syncing.database, syncing.messenger)
    return dg.MaterializeResult(
        metadata=alert_report.of_alerts(syncing.database, evaluated, told) | columns.lineage("budget_alerts"),
        check_results=[alert_report.alerts_are_delivered(syncing.database)],
    )
