"""A house per module, over a sandbox of its own."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from spend_pipeline.sandbox.server import Sandbox, running
from spend_pipeline_tests.e2e.running_house import RunningHouse


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with running() as server:
        yield server


@pytest.fixture(scope="module")
def house(sandbox: Sandbox) -> Iterator[RunningHouse]:
    """A started `spend up`; stopped, whatever happened, at the end."""
    with tempfile.TemporaryDirectory(prefix="spend-tests-") as home:
        up = RunningHouse(Path(home), sandbox)
        up.start()
        yield up
        if up.process is not None and up.process.poll() is None:
            up.stop()
