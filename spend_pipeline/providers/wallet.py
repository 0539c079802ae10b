"""A wallet: a balance that is told with the parts it is made of, which must agree."""

from decimal import Decimal

from spend_pipeline.errors import Unreadable
from spend_pipeline.money import Amount, Money, exact_sum, number

ROUNDING = Decimal("0.01")


def wallet(total: Amount, *parts: Amount, currency: str) -> Money:
    """The total, which may be a debt. Raises Unreadable where it is not its parts' sum, to the cent each is cut to."""
    off = exact_sum([number(total), *(number(part).copy_negate() for part in parts)])
    if abs(off) > ROUNDING:
        raise Unreadable("the balance is not the sum of its parts")
    return Money.whole(total, currency)
