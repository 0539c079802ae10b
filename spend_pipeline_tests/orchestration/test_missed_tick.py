"""A schedule whose machine slept: what it missed is made up once, by Dagster's own scheduler over a real instance."""

import logging
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import dagster as dg
import pytest
from dagster._core.definitions.run_request import InstigatorType
from dagster._core.scheduler.instigation import InstigatorState, InstigatorStatus, ScheduleInstigatorData
from dagster._core.test_utils import create_test_daemon_workspace_context
from dagster._core.workspace.context import WorkspaceProcessContext
from dagster._core.workspace.load_target import ModuleTarget
from dagster._scheduler.scheduler import launch_scheduled_runs

from spend_pipeline.orchestration.schedules import every_four_hours

WAKES = datetime(2026, 11, 22, 9, 17, tzinfo=UTC)
SLEPT = timedelta(hours=25)


@pytest.fixture
def workspace(instance: dg.DagsterInstance) -> Iterator[WorkspaceProcessContext]:
    """The definitions in a code server of their own, as the daemon has them."""
    target = ModuleTarget("spend_pipeline.definitions", None, ".", "spend_pipeline")
    with create_test_daemon_workspace_context(workspace_load_target=target, instance=instance) as context:
        yield context


def look(workspace: WorkspaceProcessContext, at: datetime) -> None:
    """One look of the scheduler at its schedules."""
    with ThreadPoolExecutor(1) as executor:
        list(
            launch_scheduled_runs(
                workspace,
                logging.getLogger(__name__),
                at,
                iteration_times={},
                threadpool_executor=None,
                submit_threadpool_executor=executor,
            )
        )


def test_a_night_asleep_is_made_up_once(
    workspace: WorkspaceProcessContext, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Six ticks were missed: the last of them runs, and the next is on time."""
    monkeypatch.setattr(type(instance.run_launcher), "launch_run", lambda *_: None)  # what is counted is what is asked
    (location,) = workspace.create_request_context().code_locations
    (repository,) = location.get_repositories().values()
    schedule = repository.get_schedule(every_four_hours.name)
    asleep_since = (WAKES - SLEPT).timestamp()
    data = ScheduleInstigatorData(schedule.cron_schedule, asleep_since, last_iteration_timestamp=asleep_since)
    instance.add_instigator_state(
        InstigatorState(schedule.get_remote_origin(), InstigatorType.SCHEDULE, InstigatorStatus.DECLARED_IN_CODE, data)
    )
    began = time.monotonic()
    for minutes in (0, 1, 2):
        look(workspace, WAKES + timedelta(minutes=minutes))
    assert made_up(instance) == ["2026-11-22T08:00:00+00:00"]
    look(workspace, WAKES.replace(hour=12, minute=0, second=1))
    assert made_up(instance) == ["2026-11-22T08:00:00+00:00", "2026-11-22T12:00:00+00:00"]
    assert time.monotonic() - began < 300


def made_up(instance: dg.DagsterInstance) -> list[str]:
    """The moments of the schedule that runs were asked for, in order."""
    runs = instance.get_runs(dg.RunsFilter(job_name="sync_billing"))
    return sorted(run.tags["dagster/run_key"] for run in runs)
