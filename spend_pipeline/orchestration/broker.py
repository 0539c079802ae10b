"""Runs on many machines: dagster-celery's launcher and its worker, over one broker, as this house wants both."""

from importlib import import_module
from typing import Any

from celery import Celery
from celery.exceptions import CeleryError
from dagster import DagsterRun
from dagster._core.launcher.base import CheckRunHealthResult, WorkerStatus
from dagster._serdes import ConfigurableClassData
from dagster_celery.launcher import CeleryRunLauncher
from dagster_celery.make_app import make_app
from dagster_celery.tags import DAGSTER_CELERY_TASK_ID_TAG
from dagster_celery.tasks import create_execute_job_task
from kombu.exceptions import KombuError
from redis.exceptions import RedisError

QUEUE = "dagster"
AWAY = (CeleryError, KombuError, RedisError, OSError)
SECONDS = 5  # for the broker to be reached, and to answer: whoever asks has other things to do

COMMON: dict[str, Any] = {
    "task_default_queue": QUEUE,
    "task_ignore_result": False,
    "result_expires": 86_400,
    "worker_prefetch_multiplier": 1,
    # A worker takes what it starts and no more: what a killed one had put by would come back after an hour.
    "worker_disable_prefetch": True,
    "worker_max_tasks_per_child": 1,  # a run has a process of its own, forked from one that has everything loaded
    "worker_hijack_root_logger": False,
    "worker_redirect_stdouts": False,
    "broker_connection_retry_on_startup": True,
    "broker_transport_options": {"socket_timeout": SECONDS, "socket_connect_timeout": SECONDS, "max_retries": 3},
    "redis_socket_timeout": SECONDS,
    "redis_socket_connect_timeout": SECONDS,
    "result_backend_transport_options": {"retry_policy": {"timeout": SECONDS}},
}


def settings_of(broker: str) -> dict[str, Any]:
    """What both sides say to Celery. Results go where the runs come from; over AMQP they come back as messages."""
    return {
        "broker": broker,
        "backend": broker if broker.startswith("redis") else "rpc://",
        "config_source": COMMON,
    }


class BrokerRunLauncher(CeleryRunLauncher):
    """dagster-celery's, over the broker of the settings: Dagster copies configuration into every message."""

    def __init__(self, broker: str, inst_data: ConfigurableClassData | None = None) -> None:
        super().__init__(default_queue=QUEUE, inst_data=inst_data, **settings_of(broker))

    def terminate(self, run_id: str) -> bool:
        """Asks the run's worker to end it. False where the run is over, or nobody was asked to start it."""
        run = self._instance.get_run_by_id(run_id)
        if run is None or run.is_finished or DAGSTER_CELERY_TASK_ID_TAG not in run.tags:
            return False
        self._instance.report_run_canceling(run)
        return super().terminate(run_id)

    def check_run_worker_health(self, run: DagsterRun) -> CheckRunHealthResult:
        """What Celery says of it; UNKNOWN of a run that it was not given, and while the broker is away."""
        if DAGSTER_CELERY_TASK_ID_TAG not in run.tags:
            return CheckRunHealthResult(WorkerStatus.UNKNOWN)
        try:
            return super().check_run_worker_health(run)
        except AWAY as error:
            return CheckRunHealthResult(WorkerStatus.UNKNOWN, f"The broker cannot be asked ({type(error).__name__})")


def work(broker: str, name: str, runs: int) -> None:
    """Executes runs, so many at the same time, until told to stop; those under way are finished first."""
    import_module("spend_pipeline.orchestration.warm")  # before the processes of the runs are forked: theirs start warm
    app: Celery = make_app(settings_of(broker))  # type: ignore[no-untyped-call]  # it has no types
    create_execute_job_task(app)
    words = ["worker", "--pool=prefork", f"--concurrency={runs}", f"--queues={QUEUE}", f"--hostname={name}@%h"]
    app.worker_main([*words, "--loglevel=WARNING", "--without-mingle", "--without-gossip"])
