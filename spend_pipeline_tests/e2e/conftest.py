"""A house per module, over a sandbox of its own."""

from collections.abc import Iterator

import pytest

from spend_pipeline.sandbox.server import Sandbox, running
from spend_pipeline_tests.e2e.running_house import RunningHouse


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with running() as server:
        yield server


@pytest.fixture(scope="module")
def house(sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHouse]:
    """A started `spend up`; stopped, whatever happened, at the end."""
    up = RunningHouse(tmp_path_factory.mktemp("home"), sandbox)
    up.start()
    yield up
    if up.process is not None and up.process.poll() is None:
        up.stop()
