"""The UTC day and month of one clock reading."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spend_pipeline.period import Period, midnight, parse_moment, stamp


def test_a_moment_in_another_zone_is_read_as_its_utc_day() -> None:
    """Half past eight in the evening of 31 January in New York is February in UTC."""
    evening = datetime(2026, 1, 31, 20, 30, tzinfo=timezone(timedelta(hours=-5)))
    assert Period(evening).today == date(2026, 2, 1)
    assert Period(evening).month == "2026-02"


def test_a_naive_clock_reading_is_refused() -> None:
    """Nobody can say which day it is."""
    with pytest.raises(ValueError, match="aware"):
        Period(datetime(2026, 1, 1))  # noqa: DTZ001 - the point


@given(st.datetimes(timezones=st.just(UTC), min_value=datetime(2000, 1, 1), max_value=datetime(2100, 1, 1)))  # noqa: DTZ001
def test_today_lies_in_the_month_and_before_tomorrow(now: datetime) -> None:
    """At every moment, leap days and year ends included."""
    period = Period(now)
    assert midnight(period.month_start) <= midnight(period.today) <= now < midnight(period.tomorrow)
    assert period.month_start.day == 1


def test_a_stamp_has_whole_seconds_and_z() -> None:
    assert stamp(datetime(2026, 2, 26, 15, 45, 0, 999999, tzinfo=UTC)) == "2026-02-26T15:45:00Z"


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-01", datetime(2026, 11, 1, tzinfo=UTC)),
        ("2026-11-01T09:30", datetime(2026, 11, 1, 9, 30, tzinfo=UTC)),
        ("2026-11-01T09:30:00+02:00", datetime(2026, 11, 1, 7, 30, tzinfo=UTC)),
    ],
)
def test_a_moment_without_a_zone_is_utc(text: str, moment: datetime) -> None:
    assert parse_moment(text) == moment
