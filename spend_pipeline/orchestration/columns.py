"""The columns that people read of each asset's table: what they hold, and from which columns upstream they come."""

from dataclasses import dataclass

import dagster as dg

from spend_pipeline.orchestration.report import Metadata


@dataclass(frozen=True)
class Column:
    """A column of an asset's table; `sources` are columns of other assets as `asset.column`."""

    name: str
    type: str
    holds: str
    sources: tuple[str, ...] = ()


FIGURES = ("balance", "usage_today", "usage_month")
READ_OF = {
    "balance": ("spend_snapshots.balance_usd",),
    "usage_today": ("spend_snapshots.usage_today_usd",),
    "usage_month": ("spend_snapshots.usage_month_usd",),
}
IN_WORDS = {
    "balance": "what is left",
    "usage_today": "what was spent this UTC day",
    "usage_month": "what was spent this UTC month",
}
COUNTERS = ("spend_snapshots.usage_today", "spend_snapshots.usage_month", "spend_snapshots.balance")
DAYS = ("daily_spend.spend_usd", "daily_spend.restated_usd")
CLIENT = Column("client_id", "bigint", "whose it is, by number")
PROVIDER = Column("provider_name", "text", "the provider")
INTEGRATION = Column("integration_id", "bigint", "the integration")

COLUMNS: dict[str, list[Column]] = {
    "fx_rates": [
        Column("day", "date", "the day that the bank published for"),
        Column("currency", "text", "an upper-case ISO code"),
        Column("usd", "numeric", "what one unit was worth in US dollars"),
    ],
    "spend_snapshots": [
        Column("sync_id", "uuid", "the sync that it is of"),
        INTEGRATION,
        PROVIDER,
        Column("synced_at", "timestamp with time zone", "the clock reading of the sync"),
        Column("status", "text", "read, unsupported or failed"),
        *(Column(name, "numeric", f"{IN_WORDS[name]}, exactly as the provider sent it") for name in FIGURES),
        *(
            Column(f"{name}_usd", "numeric", f"{IN_WORDS[name]}, in US dollars; null without a rate", ("fx_rates.usd",))
            for name in FIGURES
        ),
        *(Column(f"{name}_basis", "text", "reported, derived or manual") for name in FIGURES),
        Column("error", "text", "why it failed, in one sentence"),
        Column("error_kind", "text", "not_configured, refused, busy or unreadable"),
    ],
    "integration_billing": [
        *(
            Column(
                f"cached_{name}", "numeric", f"{IN_WORDS[name]}, in US dollars, by the last good reading", READ_OF[name]
            )
            for name in FIGURES
        ),
        Column("billing_synced_at", "timestamp with time zone", "when that was", ("spend_snapshots.synced_at",)),
        Column(
            "billing_sync_error",
            "text",
            "why the last reading failed; null where it did not",
            ("spend_snapshots.error",),
        ),
        Column("consecutive_failures", "integer", "how many failed in a row", ("spend_snapshots.status",)),
    ],
    "spend_totals": [
        Column("sync_id", "uuid", "the sync that it is of", ("spend_snapshots.sync_id",)),
        CLIENT,
        Column("synced", "integer", "integrations that were read", ("spend_snapshots.status",)),
        Column("failed", "integer", "integrations that failed", ("spend_snapshots.status",)),
        *(
            Column(f"total_{name}", "numeric", f"{IN_WORDS[name]} at all providers, in US dollars", READ_OF[name])
            for name in FIGURES
        ),
    ],
    "budget_alerts": [
        CLIENT,
        INTEGRATION,
        Column("kind", "text", "spend_limit, low_balance or low_days_left"),
        Column("threshold", "numeric", "the budget that was crossed"),
        Column(
            "figure",
            "numeric",
            "what it was crossed with",
            tuple(f"integration_billing.cached_{name}" for name in FIGURES),
        ),
        Column("fired_at", "timestamp with time zone", "when it fired"),
        Column("ended_at", "timestamp with time zone", "when it ended; null while it is open"),
    ],
    "daily_spend": [
        INTEGRATION,
        Column("day", "date", "the UTC day"),
        Column("currency", "text", "an upper-case ISO code, or the lower-case name of a unit that is not money"),
        Column("spend", "numeric", "what was spent, in that currency; never negative", COUNTERS),
        Column("restated", "numeric", "by how much the provider lowered what it had said before", COUNTERS),
        Column("spend_usd", "numeric", "what was spent, in US dollars", (*COUNTERS, "fx_rates.usd")),
        Column("restated_usd", "numeric", "what was lowered, in US dollars", (*COUNTERS, "fx_rates.usd")),
        Column("basis", "text", "reported or derived", tuple(f"spend_snapshots.{name}_basis" for name in FIGURES)),
        Column("is_partial", "boolean", "true where something may be missing or of another day"),
    ],
    "spend_forecast": [
        Column("day", "date", "as of the end of this UTC day"),
        CLIENT,
        PROVIDER,
        Column("spent_usd", "numeric", "what the month had cost by then", DAYS),
        Column("forecast_usd", "numeric", "what it will have cost by its end", DAYS),
        Column("low_usd", "numeric", "four times out of five no less than this", DAYS),
        Column("high_usd", "numeric", "and no more than this", DAYS),
    ],
}


def schema(asset: str) -> Metadata:
    """What the UI shows as an asset's columns."""
    columns = [dg.TableColumn(each.name, each.type, each.holds) for each in COLUMNS[asset]]
    return {"dagster/column_schema": dg.TableSchema(columns)}


def lineage(asset: str) -> Metadata:
    """What the UI draws between the columns of assets; it reads it of materializations."""
    deps = {
        each.name: [
            dg.TableColumnDep(asset_key=source.partition(".")[0], column_name=source.partition(".")[2])
            for source in each.sources
        ]
        for each in COLUMNS[asset]
        if each.sources
    }
    return {"dagster/column_lineage": dg.TableColumnLineage(deps)} if deps else {}
