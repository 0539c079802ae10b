"""Mistral: the month against the spend limit, and today as usage rows times the price list; EUR or USD as billed.

The Admin API is a preview for Enterprise plans. The month is what counts against the spend limit; without one it is
usage times the price list, as today always is. A usage row without a single matching price makes the figure unknown,
with a note.

Quirks: guides send `x-api-key`, the OpenAPI says bearer; usage has no cost field, rows are priced by metric and group;
prices are numbers or strings like "9.00E-8"; `value_paid` may be absent.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from spend_pipeline.money import Money, exact_product, exact_sum, not_negative, number
from spend_pipeline.outbound.ask import Ask, Conversation, Credentials, Figures, Json
from spend_pipeline.outbound.auth import HeaderKey, bearer
from spend_pipeline.outbound.body import array, text
from spend_pipeline.period import Period, parse_moment
from spend_pipeline.providers.declaration import Access, Call, Credential, Provider

SECTIONS = ("completion", "chat", "ocr", "connectors", "audio", "audio_characters")
LIBRARY_SECTIONS = ("pages", "tokens", "audio_seconds")
VIBE_SECTIONS = ("completion", "ocr", "connectors", "audio", "audio_characters")


def _month(credentials: Credentials, period: Period) -> Conversation:
    (answer,) = yield Ask("/v1/admin/spend-limit")
    limit = answer["limits"]
    spent = limit["completion"].get("usage")
    return Figures(usage_month=None if spent is None else Money.spent(spent, limit["currency"]))


def _usage(credentials: Credentials, period: Period) -> Conversation:
    (usage,) = yield Ask("/v1/admin/usage", {"month": f"{period.today:%m}", "year": f"{period.today:%Y}"})
    currency, prices = usage["currency"], _prices(usage["prices"])
    costs = [(parse_moment(row["timestamp"]).date(), _cost(row, prices)) for row in _rows(usage)]
    unpriced = sum(cost is None for _, cost in costs) + _unpriced_extras(usage)
    if unpriced or currency is None:
        why = f"{unpriced} usage rows have no single price" if unpriced else "the account has no currency"
        return Figures(notes=(f"Spend by day is unknown: {why}",))
    return Figures(usage_today=Money(_sum(costs, period.today), currency), usage_month=Money(_sum(costs), currency))


def _rows(usage: Json) -> Iterator[Json]:
    models = [usage[section]["models"] for section in SECTIONS]
    models += [usage["libraries_api"][section]["models"] for section in LIBRARY_SECTIONS]
    models += [usage["vibe_code"][section]["models"] for section in VIBE_SECTIONS]
    models += [usage["fine_tuning"]["training"], _stored(usage, counted=False)]
    for groups in (groups for model in models for groups in model.values()):
        for rows in groups.values():
            yield from array(rows)


def _unpriced_extras(usage: Json) -> int:
    """Counters without rows: stored fine-tuned models, and a legacy one that is documented to stay 0."""
    return sum(number(counter) != 0 for counter in (usage["vibe_usage"], *_stored(usage, counted=True).values()))


def _stored(usage: Json, *, counted: bool) -> dict[str, Json]:
    """What is stored by model: a bare count, or usage rows like everywhere else."""
    storage = usage["fine_tuning"]["storage"].items()
    return {model: held for model, held in storage if isinstance(held, dict) is not counted}


def _prices(listed: Json) -> dict[tuple[str, str], list[Json]]:
    """The price list by metric and group; an account that never paid has none (null)."""
    prices: dict[tuple[str, str], list[Json]] = {}
    for price in array([] if listed is None else listed):
        prices.setdefault(_priced(price), []).append(price)
    return prices


def _priced(line: Json) -> tuple[str, str]:
    return text(line["billing_metric"]), text(line["billing_group"])


def _cost(row: Json, prices: dict[tuple[str, str], list[Json]]) -> Decimal | None:
    """Quantity times price; None where not exactly one price is that of the row's zone and tier, if it names them."""
    quantity = not_negative(row["value"] if row.get("value_paid") is None else row["value_paid"])
    named = [name for name in ("api_zone", "service_tier") if row.get(name) is not None]
    fitting = [price for price in prices.get(_priced(row), []) if all(price[name] == row[name] for name in named)]
    matching = {not_negative(price["price"]) for price in fitting}
    if len(matching) == 1:
        return exact_product(quantity, matching.pop())
    return None if quantity else Decimal(0)


def _sum(costs: list[tuple[date, Decimal | None]], day: date | None = None) -> Decimal:
    return exact_sum(cost for at, cost in costs if cost is not None and day in (None, at))


KEY = "Admin API key"

MISTRAL = Provider(
    name="mistral",
    label="Mistral",
    base_url="https://api.mistral.ai",
    credentials=(Credential("api_key", "an Admin API key (backoffice.mistral.ai, Enterprise)"),),
    access=(
        Access(
            needs=("api_key",),
            auth=(HeaderKey("x-api-key"), bearer()),
            calls=(
                Call(_month, {"usage_month": KEY}, missing="the right to read the spend limit"),
                Call(_usage, {"usage_today": KEY, "usage_month": KEY}, missing="the right to read usage"),
            ),
            permission="create an Admin API key in backoffice.mistral.ai",
        ),
    ),
    source="https://docs.mistral.ai/admin/admin-api (read 2026-08-21)",
    about=__doc__,
    unit="EUR or USD, as billed",
    inferred="that the limit's usage is the month's spend; the fields of usage rows",
)
