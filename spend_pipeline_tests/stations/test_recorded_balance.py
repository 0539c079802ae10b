"""A balance recorded by hand, less the spend since: each case with figures worked out by hand."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spend_pipeline.integration import RecordedBalance
from spend_pipeline.money import Money
from spend_pipeline.outbound.ask import Figures
from spend_pipeline.period import Period
from spend_pipeline.recorded_balance import running_balance
from spend_pipeline_tests.conftest import NOON

MIDNIGHT = datetime(2026, 11, 22, tzinfo=UTC)
MORNING = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
LAST_WEEK = datetime(2026, 11, 15, 8, 0, tzinfo=UTC)
SEPTEMBER = datetime(2026, 9, 10, 12, 0, tzinfo=UTC)
KNOWN = "Balance is the balance recorded as of {:%Y-%m-%d %H:%M} UTC, less the spend read since"
UNCOVERED = (
    "Balance unknown: no reading covers all the spend since the balance recorded as of {:%Y-%m-%d %H:%M} UTC; "
    "record it again as of today"
)


def balance(as_of: datetime, *given: str | None, currency: str = "USD") -> tuple[Decimal | None, str]:
    """What is left of 100 USD, and the note; given are closed months, spent before, spent today, spent this month."""
    closed, before, today, month = given
    recorded = RecordedBalance(Money(Decimal(100), "USD"), as_of, _decimal(closed), _decimal(before))
    figures = Figures(usage_today=_money(today, currency), usage_month=_money(month, currency))
    money, note = running_balance(recorded, figures, Period(NOON))
    return (None if money is None else money.amount), note


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _money(text: str | None, currency: str) -> Money | None:
    return None if text is None else Money(Decimal(text), currency)


@pytest.mark.parametrize(
    ("as_of", "given", "left"),
    [
        # 4 of this month's 10 were spent before the balance was recorded, 6 since
        (LAST_WEEK, ("0", "4", None, "10"), "94"),
        # September spent 20, of which 5 before; October 30; November 10 so far: 15 + 30 + 10 since
        (SEPTEMBER, ("50", "5", None, "10"), "45"),
        # nothing was spent before, so the whole month counts
        (LAST_WEEK, ("0", "0", "2", "10"), "90"),
        # recorded today at midnight: today's 2 count, the month's other 8 do not
        (MIDNIGHT, ("0", None, "2", "10"), "98"),
        # recorded this morning, first reading since: all that was spent is taken as spent before
        (MORNING, ("0", None, "2", "10"), "100"),
        # recorded this morning, a snapshot of then says 9.50 of now 10
        (MORNING, ("0", "9.50", "2", "10"), "99.50"),
        # a month's figure that was corrected downwards gives money back
        (LAST_WEEK, ("0", "4", None, "3"), "101"),
        # more spent than there was
        (LAST_WEEK, ("0", "0", None, "100.01"), "-0.01"),
        # as fine as providers count
        (LAST_WEEK, ("0", "0.000000000000000000000000000003", None, "1"), "99.000000000000000000000000000003"),
        (LAST_WEEK, ("0", "12345678.000000000000000000000000000003", None, "12345678"), "100." + "0" * 29 + "3"),
    ],
)
def test_what_is_left(as_of: datetime, given: tuple[str | None, ...], left: str) -> None:
    """The recorded amount, less the closed months, less this one, plus what its first month had spent by then."""
    assert balance(as_of, *given) == (Decimal(left), KNOWN.format(as_of))


@pytest.mark.parametrize(
    ("as_of", "closed", "before", "today"),
    [
        (SEPTEMBER, None, "5", "2"),  # a month in between was never read
        (SEPTEMBER, "50", None, "2"),  # nothing says what September had spent by the 10th
        (LAST_WEEK, "0", None, "2"),
        (MIDNIGHT, "0", None, None),  # today's spend is not known, so neither is what was before it
        (MORNING, None, "1", "2"),
    ],
)
def test_spend_that_no_reading_covers_makes_the_balance_unknown(
    as_of: datetime, closed: str | None, before: str | None, today: str | None
) -> None:
    """Unknown, and the note says what to do; never a guess."""
    assert balance(as_of, closed, before, today, "10") == (None, UNCOVERED.format(as_of))


def test_without_the_months_spend_the_balance_is_unknown() -> None:
    known = balance(LAST_WEEK, "0", "4", "2", None)
    since = "the balance recorded as of 2026-11-15 08:00 UTC"
    assert known == (None, f"Balance unknown: no spend was read to take from {since}")


def test_spend_in_another_currency_is_not_taken_away() -> None:
    since = "the balance recorded as of 2026-11-15 08:00 UTC"
    assert balance(LAST_WEEK, "0", "4", "2", "10", currency="EUR") == (
        None,
        f"Balance unknown: spend is in EUR, {since} is in USD",
    )


AMOUNTS = st.decimals(0, 10**6, places=6)


@given(AMOUNTS, AMOUNTS, AMOUNTS)
def test_recording_again_what_is_left_changes_nothing(before: Decimal, since: Decimal, later: Decimal) -> None:
    """Whether the balance is recorded once or twice on the way, what is left in the end is the same."""
    once, _ = balance(LAST_WEEK, "0", str(before), None, str(before + since + later))
    first, _ = balance(LAST_WEEK, "0", str(before), None, str(before + since))
    assert once is not None
    assert first is not None
    again = RecordedBalance(Money(first, "USD"), MORNING, Decimal(0), before + since)
    twice, _ = running_balance(again, Figures(usage_month=Money(before + since + later, "USD")), Period(NOON))
    assert twice == Money(once, "USD")
