"""A run launcher whose runs start warm: each is forked from a process that has Dagster and the definitions loaded.

Importing them takes most of a short run's time. Named in `dagster.yaml`; where it does not fit (Celery, Kubernetes,
Docker), name another launcher there and nothing else changes.
"""

import multiprocessing
import os
import signal
import socket
from collections.abc import Mapping
from contextlib import suppress
from multiprocessing.process import BaseProcess
from typing import Any

import psutil
from dagster import DagsterInstance, DagsterRun
from dagster._core.launcher.base import CheckRunHealthResult, LaunchRunContext, RunLauncher, WorkerStatus
from dagster._grpc.types import ExecuteRunArgs
from dagster._serdes import ConfigurableClass, ConfigurableClassData

WORKER_TAG = "spend/worker"


class WarmRunLauncher(RunLauncher[DagsterInstance], ConfigurableClass):
    """Forks each run from a forkserver, and tells whether it is alive by the process its tag names."""

    def __init__(self, inst_data: ConfigurableClassData | None = None) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._inst_data = inst_data
        self._processes: list[BaseProcess] = []

    @property
    def inst_data(self) -> ConfigurableClassData | None:
        return self._inst_data

    @classmethod
    def config_type(cls) -> dict[str, Any]:
        return {}

    @classmethod
    def from_config_value(
        cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]
    ) -> "WarmRunLauncher":
        return cls(inst_data)

    def launch_run(self, context: LaunchRunContext) -> None:
        """Starts a run's process and notes on the run which it is."""
        run = context.dagster_run
        if run.job_code_origin is None:
            raise ValueError(f"Run {run.run_id} does not say which code it runs")
        arguments = ExecuteRunArgs(run.job_code_origin, run.run_id, self._instance.get_ref())
        process = warm_context().Process(target=_execute, args=(arguments,), name=f"run {run.run_id}")
        process.start()
        self._processes = [started for started in self._processes if started.is_alive()] + [process]
        self._instance.add_run_tags(run.run_id, {WORKER_TAG: _address(process.pid or 0)})

    def terminate(self, run_id: str) -> bool:
        """Asks a run's process to end, from whatever process of this machine."""
        run = self._instance.get_run_by_id(run_id)
        worker = _worker(run) if run else None
        if run is None or run.is_finished or worker is None:
            return False
        self._instance.report_run_canceling(run)
        with suppress(psutil.NoSuchProcess):
            worker.send_signal(signal.SIGTERM)
        return True

    @property
    def supports_check_run_worker_health(self) -> bool:
        return True

    def check_run_worker_health(self, run: DagsterRun) -> CheckRunHealthResult:
        """RUNNING while the process is there, FAILED once it is not; UNKNOWN for a run of another machine."""
        address = run.tags.get(WORKER_TAG)
        if address is None or not address.startswith(f"{socket.gethostname()}/"):
            return CheckRunHealthResult(WorkerStatus.UNKNOWN)
        if _worker(run) is not None:
            return CheckRunHealthResult(WorkerStatus.RUNNING)
        return CheckRunHealthResult(WorkerStatus.FAILED, msg="The run's process is gone")

    def join(self, timeout: int = 30) -> None:
        for process in self._processes:
            process.join(timeout)


def warm_context() -> multiprocessing.context.ForkServerContext:
    """The context whose server preloads what a run needs; the first use starts it."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["spend_pipeline.orchestration.warm"])
    return context


def _execute(arguments: ExecuteRunArgs) -> None:
    from spend_pipeline.orchestration import warm  # noqa: PLC0415 - loaded already in the server this is forked from

    warm.execute(arguments)


def _address(pid: int) -> str:
    """A process by machine, id and start, so that a later process under the same id is not taken for it."""
    with suppress(psutil.NoSuchProcess):
        return f"{socket.gethostname()}/{pid}/{psutil.Process(pid).create_time():.2f}"
    return f"{socket.gethostname()}/{pid}/ended"


def _worker(run: DagsterRun) -> psutil.Process | None:
    """The run's process, if it is alive on this machine."""
    host, _, rest = run.tags.get(WORKER_TAG, "").partition("/")
    if host != socket.gethostname():
        return None
    pid = int(rest.partition("/")[0])
    alive = psutil.pid_exists(pid) and _address(pid) == run.tags[WORKER_TAG]
    process = psutil.Process(pid) if alive and pid != os.getpid() else None
    return process if process is not None and process.status() != psutil.STATUS_ZOMBIE else None
