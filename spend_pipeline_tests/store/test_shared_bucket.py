"""A provider's bucket of permits, in a real PostgreSQL: it fills by time, whoever emptied it."""

import time

from spend_pipeline.outbound.pace import Pace
from spend_pipeline.outbound.permits import Wanted
from spend_pipeline.store.database import Database
from spend_pipeline.store.permits import shared_bucket
from spend_pipeline_tests.store.books import scalar, write


def test_permits_come_back_by_time_whoever_took_them(database: Database) -> None:
    pace = Pace(a_minute=600)
    bucket = shared_bucket(database)
    wanted = [Wanted("faulty", 1000, pace, 0)]
    assert bucket(wanted)["faulty"].permits == pace.size
    empty = bucket(wanted)["faulty"]
    assert empty.permits == 0
    assert 0 < empty.wait <= 1 / pace.a_second
    time.sleep(empty.wait + 0.05)
    assert bucket(wanted)["faulty"].permits >= 1


def test_a_bucket_that_a_wrong_clock_emptied_is_full_again_in_its_time(database: Database) -> None:
    """Nothing is emptier than empty: a moment years ahead counts as now."""
    pace = Pace(a_minute=600)
    bucket = shared_bucket(database)
    write(database, "insert into provider_permits values ('faulty', now() + interval '9 years')")
    assert bucket([Wanted("faulty", 1, pace, 0)])["faulty"].permits == 0
    left = scalar(database, "select extract(epoch from full_at - now()) from provider_permits")
    assert left <= pace.size / pace.a_second + 1
