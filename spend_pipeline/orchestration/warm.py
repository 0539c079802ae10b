"""What a warm run needs loaded before it is forked: Dagster's run worker and the definitions."""

import typing

from dagster._cli.api import execute_run_command
from dagster._grpc.types import ExecuteRunArgs
from dagster._serdes import serialize_value
from setproctitle import setproctitle
from upath import UPath

import spend_pipeline.definitions
from spend_pipeline.orchestration import storage

LOADED = (spend_pipeline.definitions, storage, UPath)


def execute(arguments: ExecuteRunArgs) -> None:
    """Executes a run in this process, as `dagster api execute_run` does in one of its own."""
    setproctitle(f"spend-pipeline run {arguments.run_id}")
    storage.tables_are_there()
    worker = typing.cast("typing.Callable[..., None]", execute_run_command.callback)
    worker(input_json=serialize_value(arguments), compressed_input_json=None)
