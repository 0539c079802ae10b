"""Runs that start warm, and what is known of their processes."""

import os
import socket
from types import SimpleNamespace

import dagster as dg
import psutil
import pytest
from dagster._core.launcher import WorkerStatus

from spend_pipeline.definitions import defs
from spend_pipeline.orchestration.launcher import WORKER_TAG, WarmRunLauncher, _address


def make_run(instance: dg.DagsterInstance, **tags: str) -> dg.DagsterRun:
    return instance.create_run_for_job(defs.resolve_job_def("sync_billing"), tags=tags)


def test_the_shipped_instance_uses_it(instance: dg.DagsterInstance) -> None:
    assert isinstance(instance.run_launcher, WarmRunLauncher)
    assert instance.run_launcher.supports_check_run_worker_health


def test_a_run_is_alive_while_its_very_process_is(instance: dg.DagsterInstance) -> None:
    """A later process under the same id is not taken for it."""
    parent = os.getppid()
    check = instance.run_launcher.check_run_worker_health
    assert check(make_run(instance, **{WORKER_TAG: _address(parent)})).status == WorkerStatus.RUNNING
    earlier = f"{socket.gethostname()}/{parent}/{psutil.Process(parent).create_time() - 60:.2f}"
    assert check(make_run(instance, **{WORKER_TAG: earlier})).status == WorkerStatus.FAILED
    assert check(make_run(instance, **{WORKER_TAG: "elsewhere/1/1.00"})).status == WorkerStatus.UNKNOWN
    assert check(make_run(instance)).status == WorkerStatus.UNKNOWN


def test_terminating_a_run_ends_its_process(instance: dg.DagsterInstance) -> None:
    """From any process of the machine, by what the run's tag says."""
    child = psutil.Popen(["sleep", "60"])
    run = make_run(instance, **{WORKER_TAG: _address(child.pid)})
    instance.report_dagster_event(_started(run), run.run_id)
    assert instance.run_launcher.terminate(run.run_id)
    assert child.wait(5) == -15
    assert not instance.run_launcher.terminate(make_run(instance).run_id)


def _started(run: dg.DagsterRun) -> dg.DagsterEvent:
    return dg.DagsterEvent(event_type_value="PIPELINE_START", job_name=run.job_name)


def test_a_run_that_does_not_say_its_code_is_refused(instance: dg.DagsterInstance) -> None:
    run = make_run(instance)
    context = SimpleNamespace(dagster_run=run)
    with pytest.raises(ValueError, match=run.run_id):
        instance.run_launcher.launch_run(context)  # type: ignore[arg-type]
