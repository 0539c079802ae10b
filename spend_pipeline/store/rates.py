"""Exchange rates as stored: a row a currency and day, the last known one in force."""

import json
from collections.abc import Mapping

from spend_pipeline.fx import Rate, Rates
from spend_pipeline.store.database import Database


def latest(database: Database) -> Rates:
    """The last known rate of each currency, of whatever day it is."""
    return {row["currency"]: Rate(row["usd"], row["day"]) for row in database.rows("latest_rates")}


def keep(database: Database, rates: Mapping[str, Rate]) -> None:
    """Keeps rates that are not kept yet; those of a day never change."""
    listed = [{"currency": code, "usd": str(rate.usd), "day": rate.day.isoformat()} for code, rate in rates.items()]
    database.rows("store_rates", {"rates": json.dumps(listed)})
