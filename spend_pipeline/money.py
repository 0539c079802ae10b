"""Money: a Decimal with its currency, or an amount of a vendor's own unit; never a float, never bare, never mixed."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation, localcontext

from spend_pipeline.errors import Unreadable

Amount = Decimal | int | str  # what a provider's JSON may hold, once its numbers are parsed as Decimal

LARGEST = Decimal(10) ** 12
FINEST = -30  # a double near zero prints up to 30 decimals; more is not an amount anybody charged
DIGITS = 60
CODE = re.compile(r"[A-Za-z]{3}")
UNIT = re.compile(r"[a-z]{4,20}")
PLAIN = re.compile(r"[-+.0-9A-Za-z]+")  # Decimal alone would take spaces, underscores and other scripts' digits as well


def number(value: Amount) -> Decimal:
    """A provider's number, exactly as sent.

    Takes a JSON number or a decimal string. Raises Unreadable for anything else: a bool, a null, text that is not
    a number, NaN, an infinity, an amount of a trillion or more, or more than thirty decimals.
    """
    if isinstance(value, bool) or not isinstance(value, (Decimal, int, str)):
        raise Unreadable(f"an amount is a {type(value).__name__}, not a number")
    if isinstance(value, str) and (len(value) > DIGITS or not PLAIN.fullmatch(value)):
        raise Unreadable("an amount is text that is not a number")
    try:
        exact = Decimal(value)
    except InvalidOperation as error:
        raise Unreadable("an amount is text that is not a number") from error
    if not exact.is_finite() or exact.adjusted() >= LARGEST.adjusted():
        raise Unreadable("an amount is not finite or not below a trillion")
    exponent = exact.as_tuple().exponent
    if isinstance(exponent, int) and exponent < FINEST:
        raise Unreadable(f"an amount has more than {-FINEST} decimals")
    return exact


def not_negative(value: Amount) -> Decimal:
    """The same for a figure that cannot be below zero, such as spend. Raises Unreadable where it is."""
    exact = number(value)
    if exact < 0:
        raise Unreadable("an amount that cannot be negative is negative")
    return exact


def integer(value: Amount) -> Decimal:
    """The same for a count, or for an amount that is sent in its smallest unit. Raises Unreadable for a fraction."""
    exact = number(value)
    if exact % 1:
        raise Unreadable("a whole number has a fraction")
    return exact


@dataclass(frozen=True, slots=True)
class Money:
    """An exact amount in whole units of its currency (ISO 4217), or of a unit of the vendor's (a lower-case word)."""

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        if not (CODE.fullmatch(self.currency) or UNIT.fullmatch(self.currency)):
            raise Unreadable("a currency is not a three-letter code")
        if CODE.fullmatch(self.currency):
            object.__setattr__(self, "currency", self.currency.upper())

    @classmethod
    def whole(cls, value: Amount, currency: str = "USD") -> "Money":
        """From an amount in whole units: dollars, euros."""
        return cls(number(value), _code(currency))

    @classmethod
    def spent(cls, value: Amount, currency: str = "USD") -> "Money":
        """From an amount in whole units that cannot be negative."""
        return cls(not_negative(value), _code(currency))

    @classmethod
    def cents(cls, value: Amount, currency: str = "USD") -> "Money":
        """From an amount in hundredths of the unit."""
        return cls(_shift(number(value), -2), _code(currency))

    @classmethod
    def scaled(cls, value: Amount, places: int, currency: str = "USD") -> "Money":
        """From an amount in units of 10 to the minus `places`: 6 for micros, 9 for nanos, 4 for ten-thousandths."""
        return cls(_shift(number(value), -places), _code(currency))

    @classmethod
    def units(cls, value: Amount, unit: str) -> "Money":
        """From an amount of something that is not money: credits, characters, searches, points."""
        return cls(number(value), unit)

    @classmethod
    def count(cls, value: Amount, unit: str) -> "Money":
        """The same for what comes in whole units and cannot be negative."""
        return cls(not_negative(integer(value)), unit)

    @property
    def is_money(self) -> bool:
        return self.currency.isupper()

    def __add__(self, other: "Money") -> "Money":
        return Money(exact_sum((self.amount, other.amount)), self._shared(other))

    def __sub__(self, other: "Money") -> "Money":
        return Money(exact_sum((self.amount, other.amount.copy_negate())), self._shared(other))

    def _shared(self, other: "Money") -> str:
        if self.currency != other.currency:
            raise Unreadable(f"amounts in {self.currency} and {other.currency} cannot be added")
        return self.currency


def _code(currency: object) -> str:
    if not isinstance(currency, str) or not CODE.fullmatch(currency):
        raise Unreadable("a currency is not a three-letter code")
    return currency


def _shift(value: Decimal, places: int) -> Decimal:
    with localcontext(prec=2 * DIGITS):
        return value.scaleb(places)


def exact_sum(amounts: Iterable[Decimal]) -> Decimal:
    """The sum, with room for every digit of a million of the largest and finest amounts."""
    with localcontext(prec=2 * DIGITS):
        return sum(amounts, Decimal(0))


def exact_product(left: Decimal, right: Decimal) -> Decimal:
    """The product, with every digit kept."""
    with localcontext(prec=4 * DIGITS):
        return left * right


def sum_money(parts: Iterable[Money], currency: str = "USD") -> Money:
    """The sum of parts in one currency; zero of `currency` where there are none.

    Raises Unreadable across currencies.
    """
    listed = list(parts)
    if not listed:
        return Money(Decimal(0), currency)
    shared = {part.currency for part in listed}
    if len(shared) > 1:
        raise Unreadable(f"amounts in {' and '.join(sorted(shared))} cannot be added")
    return Money(exact_sum(part.amount for part in listed), shared.pop())
