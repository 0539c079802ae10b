"""The charges as rows of FinOps FOCUS 1.2: every column, in order, with where it comes from and why."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from spend_pipeline.store.database import Database, rows

Charge = Mapping[str, Any]
Value = str | Decimal | None

CREDITS = "Credit bought at {}, seen as a rise of its balance"


@dataclass(frozen=True)
class Column:
    """A column of FOCUS, what it holds of a charge, and why."""

    name: str
    of: Callable[[Charge], Value]
    why: str
    is_amount: bool = False


def charges(database: Database, first: date, last: date) -> tuple[list[dict[str, Value]], int]:
    """The rows of FOCUS of these days, both included, and how many charges have no price in a national currency."""
    with database.transaction() as connection:
        connection.exec_driver_sql("set transaction read only")
        found = [dict(row) for row in rows(connection, "focus_charges", {"first_day": first, "last_day": last})]
    priced = [row for row in found if _is_money(row) or row["amount_usd"] is not None]
    return [{column.name: column.of(row) for column in COLUMNS} for row in priced], len(found) - len(priced)


def _is_money(row: Charge) -> bool:
    return str(row["currency"]).isupper()


def _is_usage(row: Charge) -> bool:
    return bool(row["category"] == "Usage")


def _billed(row: Charge) -> Decimal:
    amount: Decimal = row["amount"] if _is_money(row) else row["amount_usd"]
    return amount


def _effective(row: Charge) -> Decimal:
    return _billed(row) if _is_usage(row) else Decimal(0)


def _midnight(day: date) -> str:
    return f"{day.isoformat()}T00:00:00Z"


def _next_month(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)


def _described(row: Charge) -> str:
    told = f"Usage of {row['provider_name']}" if _is_usage(row) else CREDITS.format(row["provider_name"])
    return f"{told}; at least this much" if row["is_partial"] else told


def _provider(row: Charge) -> str:
    return str(row["provider_name"])


def _null(_: Charge) -> None:
    return None


def _always(value: str) -> Callable[[Charge], Value]:
    return lambda _: value


COLUMNS: Sequence[Column] = (
    Column("BilledCost", _billed, "what the provider counts, exactly as it sent it", is_amount=True),
    Column(
        "BillingAccountId", lambda row: f"integration/{row['integration_id']}", "one account at a provider, as text"
    ),
    Column("BillingAccountName", lambda row: row["key_label"], "the label a person gave it"),
    Column("BillingAccountType", _always("Integration"), "what the id above is an id of"),
    Column("BillingCurrency", lambda row: row["currency"] if _is_money(row) else "USD", "must be a national currency"),
    Column("BillingPeriodEnd", lambda row: _midnight(_next_month(row["day"])), "the UTC month's end, exclusive"),
    Column("BillingPeriodStart", lambda row: _midnight(row["day"].replace(day=1)), "the UTC month"),
    Column("ChargeCategory", lambda row: row["category"], "Usage, or Purchase where a balance rose"),
    Column("ChargeClass", _null, "no row corrects a closed billing period"),
    Column("ChargeDescription", _described, "says where the amount is a lower bound"),
    Column("ChargeFrequency", lambda row: "Usage-Based" if _is_usage(row) else "One-Time", "as the category has it"),
    Column("ChargePeriodEnd", lambda row: _midnight(row["day"] + timedelta(days=1)), "the day's end, exclusive"),
    Column("ChargePeriodStart", lambda row: _midnight(row["day"]), "the UTC day; of a purchase, the day it was seen"),
    Column("ContractedCost", _billed, "no provider tells another price here", is_amount=True),
    Column("EffectiveCost", _effective, "0 for credit that later usage consumes", is_amount=True),
    Column("InvoiceId", _null, "no provider tells it where it tells what was spent"),
    Column("InvoiceIssuerName", _provider, "each provider bills by itself"),
    Column("ListCost", _billed, "no provider tells its list price here", is_amount=True),
    Column("PricingCurrency", lambda row: row["currency"], "the currency or the unit that the provider counts in"),
    Column("PricingQuantity", _null, "no provider tells quantities here", is_amount=True),
    Column("PricingUnit", _null, "nor their unit"),
    Column("ProviderName", _provider, "as in `spend providers`"),
    Column("PublisherName", _provider, "who sells the models' use"),
    Column("ResourceId", _null, "no provider tells single resources here"),
    Column("ServiceCategory", _always("AI and Machine Learning"), "what all of these providers are"),
    Column("ServiceName", _provider, "spend is read by provider, not by product"),
    Column("ServiceSubcategory", _always("Generative AI"), "what most of them sell"),
    Column("SubAccountId", lambda row: f"client/{row['client_id']}", "the client that the integration is of"),
    Column("SubAccountName", lambda row: row["client"], "its name"),
    Column("SubAccountType", _always("Client"), "what the id above is an id of"),
    Column("x_Basis", lambda row: row["basis"], "reported by the provider, or derived from differences"),
    Column("x_IsPartial", lambda row: str(row["is_partial"]).lower(), "true where the amount is a lower bound"),
    Column("x_PricingCurrencyAmount", lambda row: row["amount"], "the amount in PricingCurrency", is_amount=True),
    Column("x_Since", lambda row: row["since"].isoformat(), "the first day that the amount may be of"),
)
