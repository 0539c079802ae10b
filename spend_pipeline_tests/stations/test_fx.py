"""Exchange rates: the central bank's feed, and what an amount is worth at them."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from spend_pipeline.errors import Unreadable
from spend_pipeline.fx import Rate, in_usd, read_feed, sum_in_usd
from spend_pipeline.money import Money
from spend_pipeline.sandbox.exchange import feed

SUNDAY = datetime(2026, 11, 22, 12, tzinfo=UTC)
FRIDAY = date(2026, 11, 20)
FEED = feed(SUNDAY).encode()


def test_the_feed_of_a_sunday_is_fridays() -> None:
    """One euro is 1.0841 dollars; a yuan is 1.0841 / 7.8512 = 0.138080802935... of one."""
    rates = read_feed(FEED)
    assert rates["EUR"] == Rate(Decimal("1.0841"), FRIDAY)
    assert rates["CNY"] == Rate(Decimal("0.138080802935"), FRIDAY)
    assert "USD" not in rates


def test_an_amount_is_converted_to_the_last_digit_and_never_one_to_one() -> None:
    rates = {"EUR": Rate(Decimal("1.0841"), FRIDAY)}
    assert in_usd(Money.whole("125.64", "EUR"), rates) == Decimal("136.206324")
    assert in_usd(Money.whole("5"), rates) == 5
    assert in_usd(Money.whole("5", "CHF"), rates) is None
    assert in_usd(Money.units("5", "credits"), {"credits": Rate(Decimal(1), FRIDAY)}) is None
    assert sum_in_usd([Money.whole("1", "EUR"), Money.whole("1")], rates) == Decimal("2.0841")
    assert sum_in_usd([Money.whole("1", "EUR"), Money.whole("1", "CHF")], rates) is None


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>Bad gateway</html>",
        FEED[:-20],
        FEED.replace(b"1.0841", b"0"),
        FEED.replace(b"7.8512", b"0"),
        FEED.replace(b"1.0841", b"-1.0841"),
        FEED.replace(b'currency="USD"', b'currency="USX"'),
        FEED.replace(b"2026-11-20", b"last Friday"),
        FEED.replace(b"<gesmes:subject>", b"<!DOCTYPE a [<!ENTITY b 'c'>]><gesmes:subject>"),
        b'<!DOCTYPE a [<!ENTITY b "c">]>' + FEED[FEED.index(b"<gesmes:Env") :],
    ],
    ids=["empty", "html", "cut", "zero", "zero of another", "negative", "no dollar", "no day", "broken", "entities"],
)
def test_a_feed_that_is_not_the_banks_is_unreadable(body: bytes) -> None:
    with pytest.raises(Unreadable, match=r"exchange rates|amount"):
        read_feed(body)
