"""Exchange rates: the European Central Bank's daily reference rates, as US dollars for one unit of each currency."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, DivisionByZero, InvalidOperation, localcontext

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from spend_pipeline.errors import Unreadable
from spend_pipeline.money import Money, exact_product, exact_sum, not_negative

FEED = "https://www.ecb.europa.eu/stats/eurofxref/eurofxref-daily.xml"
DECIMALS = Decimal("1e-12")  # the bank gives five digits: twelve decimals lose none of them on the way to dollars
CUBE = "{http://www.ecb.int/vocabulary/2002-08-01/eurofxref}Cube"


@dataclass(frozen=True, slots=True)
class Rate:
    """What one unit of a currency was worth in US dollars on a day."""

    usd: Decimal
    day: date


Rates = Mapping[str, Rate]


def in_usd(money: Money, rates: Rates) -> Decimal | None:
    """The amount in US dollars; None for a currency without a rate, and for what is not money."""
    if money.currency == "USD":
        return money.amount
    rate = rates.get(money.currency)
    return None if rate is None or not money.is_money else exact_product(money.amount, rate.usd)


def sum_in_usd(parts: list[Money], rates: Rates) -> Decimal | None:
    """Several amounts added up in US dollars; None where one of them has no rate."""
    converted = [in_usd(part, rates) for part in parts]
    return None if None in converted else exact_sum(amount for amount in converted if amount is not None)


def read_feed(body: bytes) -> dict[str, Rate]:
    """The rates of the bank's feed, which gives each currency for one euro. Raises Unreadable."""
    try:
        root = ElementTree.fromstring(body)
        (daily,) = [cube for cube in root.iter(CUBE) if "time" in cube.attrib]
        day = date.fromisoformat(daily.attrib["time"])
        per_euro = {
            cube.attrib["currency"]: not_negative(cube.attrib["rate"]) for cube in daily.iter(CUBE) if cube is not daily
        }
        with localcontext(prec=50):
            dollar = per_euro["USD"]
            worth = {currency: (dollar / rate).quantize(DECIMALS) for currency, rate in per_euro.items()}
    except (ElementTree.ParseError, DefusedXmlException, KeyError, ValueError, InvalidOperation, DivisionByZero):
        raise Unreadable("the feed of exchange rates is not the European Central Bank's") from None
    return {"EUR": Rate(dollar, day)} | {code: Rate(usd, day) for code, usd in worth.items() if code != "USD"}
