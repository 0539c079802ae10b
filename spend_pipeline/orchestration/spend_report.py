"""What people read in the Dagster UI of spend by day: numbers to plot, tables, and a picture."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from decimal import Decimal
from typing import Any

import dagster as dg

from spend_pipeline.analytics.chart import spend_chart
from spend_pipeline.analytics.forecast import Forecast
from spend_pipeline.orchestration.report import Metadata, as_table


def of_days(rolled: Sequence[Mapping[str, Any]]) -> Metadata:
    """Of the last day a number that the UI plots over time; of all, the table and the picture."""
    last = max((row["day"] for row in rolled), default=None)
    spend = [row["spend_usd"] for row in rolled if row["day"] == last and row["spend_usd"] is not None]
    return {
        "spend of the last day (USD)": _plotted(spend),
        "days": len({row["day"] for row in rolled}),
        "spend by day and provider": as_table(rolled),
        **({"picture": dg.MetadataValue.md(spend_chart(rolled))} if spend else {}),
    }


def of_forecasts(foreseen: Sequence[Forecast]) -> Metadata:
    last = [each for each in foreseen if each.day == max(of.day for of in foreseen)]
    return {
        "foreseen for the month (USD)": _plotted([each.forecast_usd for each in last if each.forecast_usd is not None]),
        "with too little history": sum(each.forecast_usd is None for each in last),
        "forecasts": as_table([asdict(each) for each in last]),
    }


def _plotted(amounts: Sequence[Decimal]) -> dg.FloatMetadataValue:
    """A number that the UI plots; the exact ones are in the table and in PostgreSQL."""
    return dg.MetadataValue.float(float(sum(amounts, Decimal(0))))
