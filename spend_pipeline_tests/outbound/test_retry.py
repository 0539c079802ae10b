"""When to ask again: any Retry-After gives a pause that is a number and not negative."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from spend_pipeline.outbound.retry import pause_before, told
from spend_pipeline_tests.conftest import NOON

NUMBERS = st.integers(-(10**20), 10**20)
DATES = st.builds(
    "{}, {} {} {} {}:{}:{} {}".format,
    st.sampled_from(["Mon", "Sunday", "x"]),
    NUMBERS,
    st.sampled_from(["Jan", "February", "13", "x"]),
    NUMBERS,
    NUMBERS,
    NUMBERS,
    NUMBERS,
    st.sampled_from(["GMT", "-0000", "EST", "x"]) | NUMBERS.map("{:+}".format),
)


@given(st.text(max_size=60) | DATES | NUMBERS.map(str), st.integers(1, 2))
def test_no_retry_after_breaks_the_reader(text: str, attempt: int) -> None:
    """Whatever it says."""
    assert pause_before(attempt, told(text, NOON)) >= 0


@given(st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_a_date_is_the_seconds_until_then(moment: datetime) -> None:
    """In all three spellings of HTTP dates; none where it is past."""
    whole = moment.replace(microsecond=0)
    seconds = max(0.0, (whole - NOON).total_seconds())
    for spelling in ("%a, %d %b %Y %H:%M:%S GMT", "%a %b %d %H:%M:%S %Y"):
        assert told(whole.strftime(spelling), NOON) == seconds


def test_our_own_pause_doubles_and_varies() -> None:
    """About half a second, then about one, never the same for all who were turned away together."""
    first, second = ({pause_before(attempt, None) for _ in range(50)} for attempt in (1, 2))
    assert all(0.375 <= pause <= 0.625 for pause in first)
    assert all(0.75 <= pause <= 1.25 for pause in second)
    assert len(first) > 1
