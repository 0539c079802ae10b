"""From a provider's bytes to the answer's number: exact until it is rounded, once, half to even; no float between."""

import json
from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from spend_pipeline.answer import json_number
from spend_pipeline.money import LARGEST, Money, number
from spend_pipeline.outbound.body import parse

AMOUNTS = st.decimals(-(LARGEST - 1), LARGEST - 1, places=30) | st.decimals(-(10**6), 10**6, places=3)
WRITTEN = st.from_regex(r"-?(0|[1-9][0-9]{0,11})(\.[0-9]{1,25})?([eE]-[0-4])?", fullmatch=True)


def half_even(exact: Fraction) -> Fraction:
    """To two places in whole numbers, as one would by hand."""
    cents = exact * 100
    below, rest = cents.numerator // cents.denominator, cents - cents.numerator // cents.denominator
    up = rest > Fraction(1, 2) or (rest == Fraction(1, 2) and below % 2 == 1)
    return Fraction(below + up, 100)


@given(WRITTEN)
def test_a_number_of_json_is_read_to_its_last_digit(text: str) -> None:
    """As it is written, with nothing of a double's in it."""
    (value,) = parse(f"[{text}]".encode())
    assert not isinstance(value, float)
    assert Fraction(number(value)) == Fraction(text)


@given(AMOUNTS, st.integers(0, 12))
def test_a_smaller_unit_is_scaled_exactly(amount: Decimal, places: int) -> None:
    """Cents, micros, nanos: a power of ten, and every digit is kept."""
    assert Fraction(Money.scaled(amount, places).amount) == Fraction(amount) / 10**places


@given(AMOUNTS)
def test_the_answer_rounds_half_to_even(amount: Decimal) -> None:
    """And what is printed is that number, with two places at most."""
    printed = json.dumps(json_number(amount))
    assert Fraction(printed) == half_even(Fraction(amount))
    assert len(printed.partition(".")[2]) <= 2
    assert "e" not in printed
