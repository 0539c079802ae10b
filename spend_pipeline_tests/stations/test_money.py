"""Money: exact to the last digit, in any order, and never across currencies."""

import itertools
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spend_pipeline.errors import Unreadable
from spend_pipeline.money import FINEST, LARGEST, Money, exact_product, exact_sum, not_negative, number, sum_money

AMOUNTS = st.decimals(-(LARGEST - 1), LARGEST - 1, places=30) | st.decimals(-(10**6), 10**6, places=2)
CURRENCIES = st.sampled_from(["USD", "EUR", "CNY"])


def exactly(amounts: list[Decimal]) -> Fraction:
    return sum((Fraction(amount) for amount in amounts), Fraction(0))


@given(st.lists(AMOUNTS, max_size=30))
def test_a_sum_is_exact_in_any_order(amounts: list[Decimal]) -> None:
    """As fractions would have it, from either end."""
    assert Fraction(exact_sum(amounts)) == exactly(amounts)
    assert exact_sum(amounts) == exact_sum(reversed(amounts)) == exact_sum(sorted(amounts))
    summed = sum_money(Money(amount, "EUR") for amount in amounts)
    assert summed == Money(exact_sum(amounts), "EUR" if amounts else "USD")


def test_a_sum_keeps_the_finest_beside_the_largest() -> None:
    """A million of the largest and one of the finest: every digit is there."""
    finest = Decimal(1).scaleb(FINEST)
    total = exact_sum(itertools.chain(itertools.repeat(LARGEST - 1, 1_000_000), [finest]))
    assert Fraction(total) == 1_000_000 * Fraction(LARGEST - 1) + Fraction(finest)


@given(AMOUNTS, AMOUNTS)
def test_a_product_is_exact(left: Decimal, right: Decimal) -> None:
    """A quantity times a price."""
    assert Fraction(exact_product(left, right)) == Fraction(left) * Fraction(right)


@given(st.lists(st.tuples(AMOUNTS, CURRENCIES), min_size=1, max_size=6))
def test_nothing_is_summed_across_currencies(parts: list[tuple[Decimal, str]]) -> None:
    """Not even a zero."""
    moneys = [Money(amount, currency) for amount, currency in parts]
    if len({money.currency for money in moneys}) == 1:
        assert sum_money(moneys).currency == moneys[0].currency
        return
    with pytest.raises(Unreadable, match="cannot be added"):
        sum_money(moneys)


@pytest.mark.parametrize("operation", [Money.__add__, Money.__sub__])
def test_two_currencies_are_neither_added_nor_subtracted(operation: Any) -> None:
    with pytest.raises(Unreadable, match="amounts in USD and EUR cannot be added"):
        operation(Money(Decimal(1), "USD"), Money(Decimal(0), "EUR"))


@given(AMOUNTS, AMOUNTS)
def test_what_is_added_can_be_taken_away(left: Decimal, right: Decimal) -> None:
    assert Money(left, "USD") + Money(right, "USD") - Money(right, "USD") == Money(left, "USD")


@given(AMOUNTS)
def test_a_number_is_kept_as_sent(amount: Decimal) -> None:
    """As a JSON number, and as text with all its zeros."""
    assert str(number(amount)) == str(amount)
    assert str(number(str(amount))) == str(amount)
    assert Money.cents(amount).amount * 100 == amount or Fraction(Money.cents(amount).amount) * 100 == Fraction(amount)


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        (0, "0"),
        (-7, "-7"),
        ("12.30", "12.30"),
        ("9.00E-8", "9.00E-8"),
        ("-0.5", "-0.5"),
        (Decimal("1E+11"), "1E+11"),
        (999_999_999_999, "999999999999"),
        (Decimal("999999999999.999999999999999999999999999999"), "999999999999.999999999999999999999999999999"),
    ],
)
def test_a_number_as_agreed_is_read(sent: Any, read: str) -> None:
    assert str(number(sent)) == read


@pytest.mark.parametrize(
    "sent",
    [
        True,
        False,
        None,
        [],
        {},
        [1],
        1.5,
        b"1",
        "",
        " 1",
        "1 ",
        "1\n",
        "1_000",
        "\x1c1",
        "1,000",
        "$5",
        "0x10",
        "1e",
        "--1",
        "١٢",
        "\uff11\uff12",
        "NaN",
        "sNaN",
        "-Infinity",
        "inf",
        "1e400",
        "1" * 61,
        "0." + "0" * 30 + "1",
        Decimal("NaN"),
        Decimal("sNaN"),
        Decimal("-Infinity"),
        Decimal("1e12"),
        Decimal("0." + "1" * 31),
        Decimal("1e-400"),
        10**12,
        -(10**12),
        10**400,
    ],
    ids=lambda sent: repr(sent)[:20],
)
def test_anything_else_is_no_amount(sent: Any) -> None:
    """A bool is an int to Python, and other scripts' digits are digits to Decimal; they are no amounts."""
    with pytest.raises(Unreadable) as raised:
        number(sent)
    assert len(str(raised.value)) < 80


@given(st.text(max_size=70) | st.from_regex(r"[-+]?[0-9]{0,15}\.?[0-9]{0,35}(e[-+]?[0-9]{1,4})?", fullmatch=True))
def test_text_is_an_amount_within_the_limits_or_unreadable(text: str) -> None:
    """And never anything in between."""
    try:
        amount = number(text)
    except Unreadable:
        return
    assert amount.is_finite()
    assert abs(amount) < LARGEST
    assert text.isascii()
    assert amount == Decimal(text)


def test_spend_is_not_negative() -> None:
    """A negative figure where none can be is no figure; a balance may be one."""
    for refused in (-1, "-0.01"):
        with pytest.raises(Unreadable, match="negative"):
            not_negative(refused)
        with pytest.raises(Unreadable, match="negative"):
            Money.spent(refused)
    assert Money.whole("-0.01") == Money(Decimal("-0.01"), "USD")


@pytest.mark.parametrize(("cents", "dollars"), [(1, "0.01"), ("12345", "123.45"), ("0.5", "0.005"), (0, "0.00")])
def test_cents_are_hundredths(cents: Any, dollars: str) -> None:
    assert str(Money.cents(cents).amount) == dollars


def test_a_currency_is_a_code_of_three_letters() -> None:
    """In whatever case it was sent."""
    assert Money(Decimal(1), "usd") == Money(Decimal(1), "USD")
    wrong: list[Any] = ["", "US", "USDT", "U$D", "12 ", "ÀÀÀ", "ßa", None, 7, ["USD"]]
    for code in wrong:
        with pytest.raises(Unreadable, match="three-letter code"):
            Money.whole(1, code)
