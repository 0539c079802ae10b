"""What a Mistral account of the sandbox buys: models, prices as the vendor writes them, and the rows they become."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from spend_pipeline.sandbox.accounts import dollars
from spend_pipeline.sandbox.wire import Figure, Json

BILLED_STEP = 1000  # a thousandth of the currency: the least amount that every price below divides into whole units


@dataclass(frozen=True)
class Line:
    """One metric in one group of one model.

    `price` is text where the vendor sends text. `free` is the quantity a day that nobody pays; with `paid_stated`
    the rows say what is left in value_paid, else they have no such field and nothing is free.
    """

    branch: tuple[str, ...]
    group: str
    event: str
    metric: str
    price: str | Decimal
    weight: int
    free: int = 0
    paid_stated: bool = True
    zone: str = ""


_SMALL = ("completion", "models", "mistral-small-latest::mistral-small-2506")
_LARGE = ("completion", "models", "mistral-large-latest::mistral-large-2411")
_VIBE = ("vibe_code", "completion", "models", "devstral-latest::devstral-2512")
LINES = (
    Line(_SMALL, "input", "api_tokens", "mistral-small-2506", "1.00E-7", 6, free=200_000),
    Line(_SMALL, "output", "api_tokens", "mistral-small-2506", "0.0000004", 5),
    Line(_SMALL, "cached", "api_tokens", "mistral-small-2506", Decimal("1E-8"), 1, paid_stated=False),
    Line(_LARGE, "input", "api_tokens", "mistral-large-2411", Decimal("0.000002"), 7, zone="eu"),
    Line(_LARGE, "output", "api_tokens", "mistral-large-2411", "8.0E-6", 4, paid_stated=False, zone="eu"),
    Line(("ocr", "models", "mistral-ocr-latest"), "input", "api_pages", "mistral-ocr", Decimal("0.001"), 3),
    Line(
        ("libraries_api", "pages", "models", "mistral-ocr"), "input", "api_libraries_pages", "library-pages", "0.001", 2
    ),
    Line(
        ("libraries_api", "tokens", "models", "mistral-embed"),
        "input",
        "api_libraries_tokens",
        "library-tokens",
        "1E-7",
        2,
    ),
    Line(("audio", "models", "voxtral-mini-latest"), "input", "api_audio_seconds", "voxtral-mini", "0.00005", 3),
    Line(_VIBE, "input", "vibe_tokens", "devstral-2512", "4.0E-7", 4, paid_stated=False),
    Line(_VIBE, "output", "vibe_tokens", "devstral-2512", Decimal("0.000002"), 3),
    Line(("fine_tuning", "training", "open-mistral-nemo"), "training", "api_tokens", "nemo-training", "0.000001", 2),
    # Nothing of it is paid: a reader that takes a value_paid of 0 for a missing one counts it in full.
    Line(("chat", "models", "mistral-medium-latest"), "input", "api_tokens", "mistral-medium", "4E-7", 0, free=250_000),
)


def row(line: Line, micros: int, day: datetime) -> Json:
    """The usage row of a line on a day, for which this much was paid."""
    paid = int(dollars(micros) / Decimal(line.price))
    told = {"usage_type": "usage", "event_type": line.event, "billing_metric": line.metric}
    told |= {"billing_display_name": line.branch[-1].partition("::")[0], "billing_group": line.group}
    told |= {"api_zone": line.zone, "service_tier": "standard"} if line.zone else {}
    quantity = {"value": paid + line.free} | ({"value_paid": paid} if line.paid_stated else {})
    return told | {"timestamp": f"{day:%Y-%m-%d}"} | quantity


def price_list() -> list[Json]:
    """A price for every line; lines whose rows name their zone have a dearer one in the other zone, too."""
    return [price for line in LINES for price in _prices(line)]


def _prices(line: Line) -> list[Json]:
    named = {"event_type": line.event, "billing_metric": line.metric, "billing_group": line.group}
    amount = Figure(line.price, quoted=isinstance(line.price, str))
    prices: list[Json] = [named | {"api_zone": line.zone or "global", "service_tier": "standard", "price": amount}]
    if line.zone:
        prices.append(prices[0] | {"api_zone": "global", "price": str(Decimal(line.price) * 2)})
    return prices
