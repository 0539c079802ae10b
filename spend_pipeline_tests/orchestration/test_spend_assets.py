"""Spend by day as Dagster assets: what a run writes, shows and checks, and when it runs."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import dagster as dg
import pytest

from spend_pipeline.definitions import defs
from spend_pipeline.orchestration.spend_assets import daily_spend
from spend_pipeline.orchestration.spend_schedule import day_range_tags, roll_up_every_four_hours
from spend_pipeline.store.database import Database
from spend_pipeline.syncing import Syncing
from spend_pipeline_tests.orchestration.conftest import AddClient
from spend_pipeline_tests.store.books import figures, integration, read, taken

LAST = date(2026, 11, 20)
RollUp = Callable[..., dg.ExecuteInProcessResult]


@pytest.fixture
def roll_up(instance: dg.DagsterInstance, stations: Syncing) -> RollUp:
    """Runs `roll_up_spend` over days, recorded in the instance, on 20 November at noon."""
    stations.clock = lambda: datetime(2026, 11, 20, 12, tzinfo=UTC)

    def run(first: date, last: date) -> dg.ExecuteInProcessResult:
        job = defs.resolve_job_def("roll_up_spend")
        tags = day_range_tags(first, last)
        return job.execute_in_process(instance=instance, tags=tags, resources={"syncing": stations})

    return run


@pytest.fixture
def dear_day(database: Database, add_client: AddClient) -> Database:
    """Three dollars a day since 1 November, and ninety on the 19th."""
    client, (number,) = add_client("acme", ("openrouter", {"api_key": "any"}))
    month = 0
    for day in range(1, 21):
        spent = 90 if day == 19 else 3
        month += spent
        moment = datetime(2026, 11, day, 11, tzinfo=UTC)
        taken(database, moment, figures(integration(client, number), None, str(spent), str(month)))
    return database


def test_a_run_writes_days_and_forecasts_and_shows_a_number_a_picture_and_its_checks(
    dear_day: Database, roll_up: RollUp
) -> None:
    """90 dollars are unusual: a warning with the row, and the run goes on."""
    result = roll_up(LAST - timedelta(days=2), LAST)
    assert result.success
    assert [row["spend"] for row in read(dear_day, "select spend from spend_days order by day")] == [3, 90, 3]
    assert len(read(dear_day, "select * from spend_forecasts")) == 3
    metadata = {
        event.partition: event.step_materialization_data.materialization.metadata
        for event in result.get_asset_materialization_events()
        if event.asset_key == dg.AssetKey("daily_spend")
    }
    assert {day: of["spend of the day (USD)"].value for day, of in metadata.items()} == {
        "2026-11-18": 3.0,
        "2026-11-19": 90.0,
        "2026-11-20": 3.0,
    }
    picture = str(metadata["2026-11-20"]["picture"].value)
    assert picture.startswith("![Spend by day](data:image/png;base64,iVBOR")
    assert len(picture) < 40_000
    assert "picture" not in metadata["2026-11-19"]
    assert "acme" not in str(metadata)
    checks = {check.check_name: check for check in result.get_asset_check_evaluations()}
    assert checks["months_are_reconciled"].passed
    unusual = checks["no_day_is_unusual"]
    assert (unusual.passed, unusual.severity) == (False, dg.AssetCheckSeverity.WARN)
    assert "2026-11-19" in str(unusual.metadata)


def test_nothing_to_roll_up_is_a_run_without_rows(database: Database, roll_up: RollUp) -> None:
    assert roll_up(LAST, LAST).success
    assert read(database, "select * from spend_days") == []


def test_the_schedule_rolls_up_what_readings_came_for(dear_day: Database, stations: Syncing, roll_up: RollUp) -> None:
    """All that is behind, after the scheduled sync has ended; after that the present day alone."""
    first, last = _scheduled(stations)
    assert (first, last) == (date(2026, 10, 31), LAST)
    assert roll_up(first, last).success
    assert read(dear_day, "select * from days_to_roll_up") == []
    assert _scheduled(stations) == (LAST, LAST)
    assert roll_up_every_four_hours.cron_schedule == "5,20 */4 * * *"
    assert roll_up_every_four_hours.default_status == dg.DefaultScheduleStatus.RUNNING


def _scheduled(stations: Syncing) -> tuple[date, date]:
    tick = dg.build_schedule_context(
        scheduled_execution_time=datetime(2026, 11, 20, 12, 20, tzinfo=UTC), resources={"syncing": stations}
    )
    request = roll_up_every_four_hours(tick)
    assert isinstance(request, dg.RunRequest)
    first, last = (request.tags[f"dagster/asset_partition_range_{end}"] for end in ("start", "end"))
    return date.fromisoformat(first), date.fromisoformat(last)


def test_no_sync_waits_for_it() -> None:
    """Manual or scheduled: the job of a sync ends with the totals and what they set off."""
    names = {key.to_user_string() for key in defs.resolve_job_def("sync_billing").asset_layer.executable_asset_keys}
    assert names == {"spend_snapshots", "integration_billing", "spend_totals", "budget_alerts"}


def test_a_day_that_goes_on_is_a_partition_and_staleness_is_told() -> None:
    partitions = daily_spend.partitions_def
    assert partitions is not None
    noon = datetime(2026, 11, 22, 12, tzinfo=UTC)
    assert partitions.get_partition_keys(current_time=noon)[-1] == "2026-11-22"
    (spec,) = daily_spend.specs
    assert spec.freshness_policy is not None
