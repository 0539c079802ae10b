"""A disk that is really full: nothing is half written, and what is left is done once there is room, by itself."""

import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from spend_pipeline.errors import Unavailable
from spend_pipeline.sandbox.server import Sandbox
from spend_pipeline_tests.e2e.kills import (
    ANSWER_SECONDS,
    add_slow_client,
    answered,
    asked,
    check_answer,
    check_books,
    ready,
)
from spend_pipeline_tests.e2e.running_house import RunningHouse
from spend_pipeline_tests.e2e.stages import READING, has_come, stopped

MEBIBYTES = 400


@pytest.fixture
def house(sandbox: Sandbox, pytestconfig: pytest.Config) -> Iterator[RunningHouse]:
    """A house whose home is a disk of its own, in memory."""
    if not pytestconfig.getoption("every_stage"):
        pytest.skip("it takes minutes: `make chaos` and `make reliability` run it")
    with tempfile.TemporaryDirectory(prefix="spend-tests-") as folder:
        mount = ["mount", "-t", "tmpfs", "-o", f"size={MEBIBYTES}m,mode=755", "tmpfs", folder]
        if subprocess.run(mount, check=False, capture_output=True).returncode:
            pytest.skip("a disk can only be mounted by root, where the kernel lets it")
        try:
            up = RunningHouse(Path(folder), sandbox, ui=False)
            up.start()
            yield up
            if up.process is not None and up.process.poll() is None:
                up.stop()
        finally:
            subprocess.run(["umount", "--lazy", folder], check=True)


def fill(file: Path) -> None:
    """Writes until no byte is left."""
    with file.open("wb", buffering=0) as filler, suppress(OSError):
        while True:
            filler.write(bytes(1 << 16))


def use_up_the_log(house: RunningHouse) -> None:
    """Until PostgreSQL has no file left of the log that it has put by: an idle house writes for minutes into those."""
    with suppress(Unavailable):
        for _ in range(MEBIBYTES // 16):
            house.rows("select pg_logical_emit_message(true, 'a', 'reason to switch')")
            house.rows("select pg_switch_wal()")


def test_a_sync_on_a_full_disk_ends_once_there_is_room(
    house: RunningHouse, record_property: Callable[[str, object], None]
) -> None:
    """Nobody has to restart anything. A disk that stays full outlasts the three tries of a sync: it ends by name."""
    token = add_slow_client(house)
    check_answer(house, token, asked(house, token))
    filler = house.home / "filler"
    with stopped(house, READING):
        where = asked(house, token)
        house.until(lambda: has_come(house, READING), seconds=60)
        fill(filler)
    use_up_the_log(house)
    full = time.monotonic()
    house.until(lambda: not ready(house), seconds=ANSWER_SECONDS)
    refused, headers, _ = house.post(token)
    assert (refused, "Retry-After" in headers) == (503, True)
    freed = time.monotonic()
    filler.unlink()
    house.until(lambda: answered(house, token, where)[0] not in (202, None), seconds=ANSWER_SECONDS)
    status, body = answered(house, token, where)
    assert status == 200 or "tried 3 times" in body["error"]
    house.until(lambda: ready(house), seconds=ANSWER_SECONDS)
    record_property(
        "figure", f"red after {freed - full:.0f} s, answered {time.monotonic() - freed:.0f} s after there was room"
    )
    check_answer(house, token, asked(house, token))
    house.rows("update syncs set error = null where error like 'The sync was tried 3 times%' returning id")
    check_books(house)
