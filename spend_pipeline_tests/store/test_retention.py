"""Retention: what was removed is forgotten after 90 days, and months past their time go as whole partitions."""

from datetime import UTC, datetime, timedelta

import dagster as dg
import pytest

from spend_pipeline.definitions import defs
from spend_pipeline.errors import Unavailable
from spend_pipeline.orchestration.retention import retention_daily
from spend_pipeline.store import integrations
from spend_pipeline.store.database import Database
from spend_pipeline.store.retention import Dropped, drop_old_history
from spend_pipeline.syncing import Syncing
from spend_pipeline_tests.conftest import NOON
from spend_pipeline_tests.store.books import GROQ, OPENROUTER, Added, figures, integration, read, scalar, taken, write
from spend_pipeline_tests.store.conftest import Add

COUNT = "select count(*) from spend_snapshots where integration_id = :id"
PARTITIONS = "select inhrelid::regclass::text as name from pg_inherits where inhparent = 'spend_snapshots'::regclass"


@pytest.fixture
def removed(add: Add, database: Database) -> Added:
    """Of three integrations, with readings old and new, one was removed long enough ago, one just not, one never."""
    added = add(OPENROUTER, OPENROUTER, GROQ)
    for days in (400, 91, 1):
        every = (figures(integration(added.client.id, each), "1", "1", "1") for each in added.ids)
        taken(database, NOON - timedelta(days=days), *every)
    for each, age in zip(added.ids, (timedelta(days=90, minutes=1), timedelta(days=89, hours=23)), strict=False):
        integrations.remove(database, each)
        write(database, "update integrations set deleted_at = now() - :age where id = :id", age=age, id=each)
    return added


def test_only_what_was_removed_long_enough_ago_is_forgotten(database: Database, removed: Added) -> None:
    """However young its readings; and those of the others stay, however old."""
    assert drop_old_history(database, NOON) == Dropped(snapshots=3, integrations=1, partitions=())
    assert [scalar(database, COUNT, id=each) for each in removed.ids] == [0, 3, 3]
    assert drop_old_history(database, NOON) == Dropped(0, 0, ())


def test_months_past_their_time_are_dropped_whole(database: Database, removed: Added) -> None:
    """With one month kept beside November 2026, all of October stays and all before goes."""
    for day in (datetime(2026, 9, 30, 23, 59, tzinfo=UTC), datetime(2026, 10, 1, tzinfo=UTC)):
        taken(database, day, figures(integration(removed.client.id, removed.ids[2]), "1", "1", "1"))
    dropped = drop_old_history(database, NOON, keep_months=1)
    assert dropped.partitions == ("spend_snapshots_202510", "spend_snapshots_202608", "spend_snapshots_202609")
    left = {row["name"] for row in read(database, PARTITIONS)}
    assert {"spend_snapshots_202610", "spend_snapshots_202611"} <= left
    oldest = scalar(database, "select min(synced_at) from spend_snapshots")
    assert oldest == datetime(2026, 10, 1, tzinfo=UTC)
    assert drop_old_history(database, NOON, keep_months=1).partitions == ()
    assert drop_old_history(database, NOON, keep_months=1200).partitions == ()


def test_a_long_reader_is_not_waited_for(database: Database, removed: Added) -> None:
    """It gives up and says so; the next day's run finds the month again. What was removed is forgotten all the same."""
    assert removed
    with database.transaction() as reader:
        reader.exec_driver_sql("select count(*) from spend_snapshots")
        with pytest.raises(Unavailable):
            drop_old_history(database, NOON, keep_months=1)
    assert scalar(database, COUNT, id=removed.ids[0]) == 0
    assert drop_old_history(database, NOON, keep_months=1).partitions


def test_dagster_runs_it_once_a_day(database: Database, removed: Added, stations: Syncing) -> None:
    stations.keep_months = 2
    stations.clock = lambda: NOON
    result = defs.resolve_job_def("retention").execute_in_process(resources={"syncing": stations})
    assert result.success
    assert scalar(database, COUNT, id=removed.ids[0]) == 0
    assert "spend_snapshots_202510" not in {row["name"] for row in read(database, PARTITIONS)}
    assert (retention_daily.cron_schedule, retention_daily.execution_timezone) == ("15 2 * * *", "UTC")
    assert retention_daily.default_status == dg.DefaultScheduleStatus.RUNNING
