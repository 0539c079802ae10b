"""What people read in the Dagster UI of spend by day: numbers to plot, tables, and a picture."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Any

import dagster as dg

from spend_pipeline.analytics.chart import spend_chart
from spend_pipeline.analytics.forecast import Forecast
from spend_pipeline.orchestration.report import Metadata, as_table


def by_day(rolled: Sequence[Mapping[str, Any]], days: Sequence[date]) -> dict[str, Metadata]:
    """Of each day a number that the UI plots over time, and its rows; of the last one the picture of all as well.

    Dagster keeps a copy for each day, so that what is large is kept once.
    """
    of_day = {day: [row for row in rolled if row["day"] == day] for day in days}
    told = {day.isoformat(): _of_day(rows) for day, rows in of_day.items()}
    if any(row["spend_usd"] is not None for row in rolled):
        told[max(days).isoformat()]["picture"] = dg.MetadataValue.md(spend_chart(rolled))
    return told


def _of_day(rows: Sequence[Mapping[str, Any]]) -> Metadata:
    spend = [row["spend_usd"] for row in rows if row["spend_usd"] is not None]
    return {"spend of the day (USD)": _plotted(spend), "spend by provider": as_table(rows)}


def of_forecasts(foreseen: Sequence[Forecast]) -> Metadata:
    """Of the last day."""
    last = [each for each in foreseen if each.day == max(of.day for of in foreseen)]
    return {
        "foreseen for the month (USD)": _plotted([each.forecast_usd for each in last if each.forecast_usd is not None]),
        "with too little history": sum(each.forecast_usd is None for each in last),
        "forecasts": as_table([asdict(each) for each in last]),
    }


def _plotted(amounts: Sequence[Decimal]) -> dg.FloatMetadataValue:
    """A number that the UI plots; the exact ones are in the table and in PostgreSQL."""
    return dg.MetadataValue.float(float(sum(amounts, Decimal(0))))
