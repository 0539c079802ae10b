"""The bucket of permits, under any sequence of takers: never more than is declared, and always some again."""

from dataclasses import dataclass
from fractions import Fraction

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from spend_pipeline.outbound.pace import VALID_SECONDS, Pace
from spend_pipeline.outbound.permits import Wanted
from spend_pipeline.store.database import Database
from spend_pipeline.store.permits import shared_bucket
from spend_pipeline_tests.store.books import write

PACES = st.builds(Pace, a_minute=st.integers(6, 100_000), at_once=st.integers(1, 100))


@given(PACES)
def test_no_minute_sees_more_than_is_declared(pace: Pace) -> None:
    """A full bucket, and what flows into it in a minute and in the seconds before that a permit may be used later."""
    most = pace.size + Fraction(pace.a_minute - pace.size, 60 + VALID_SECONDS) * (60 + VALID_SECONDS)
    assert most == pace.a_minute
    assert abs(pace.a_second - (pace.a_minute - pace.size) / (60 + VALID_SECONDS)) < 1e-9
    assert pace.a_second > 0
    assert 0 < pace.kept < pace.size
    assert 1 <= pace.batch <= pace.size
    assert 1 <= pace.share <= pace.at_once


@dataclass(frozen=True)
class Step:
    """So many seconds after the last, somebody wants so many."""

    seconds: float
    permits: int
    automatic: bool


STEPS = st.lists(st.builds(Step, st.floats(0, 30), st.integers(1, 400), st.booleans()), min_size=1, max_size=25)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(6, 1200), STEPS)
def test_any_sequence_of_takers_gets_what_the_bucket_holds(
    database: Database, a_minute: int, steps: list[Step]
) -> None:
    """As a bucket kept in Python says, whose clock is moved instead of waited for; an automatic one leaves its half."""
    pace, bucket, told = Pace(a_minute), shared_bucket(database), 0
    write(database, "delete from provider_permits")
    level, slack = float(pace.size), 1.0 + pace.a_second  # a statement takes time too, in which the bucket fills
    for step in steps:
        write(
            database,
            "update provider_permits set full_at = full_at - make_interval(secs => :seconds)",
            seconds=step.seconds,
        )
        level = min(level + step.seconds * pace.a_second, pace.size)
        kept = pace.kept if step.automatic else 0
        taken = bucket([Wanted("any", step.permits, pace, kept)])["any"]
        there = max(level - kept, 0.0)
        assert min(int(there), step.permits) <= taken.permits + 1
        assert taken.permits <= min(there + slack, step.permits)
        assert (taken.wait > 0) == (taken.permits == 0)
        level = max(level - taken.permits, 0.0)
        told += taken.permits
    flowed = sum(step.seconds for step in steps) * pace.a_second
    assert told <= pace.size + flowed + slack * len(steps)
