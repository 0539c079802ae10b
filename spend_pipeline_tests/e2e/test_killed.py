"""`kill -9` of any one process at any stage of a sync: nothing doubled, nothing torn, the request answered."""

import psutil
import pytest

from spend_pipeline_tests.e2e.kills import PARTS, add_slow_client, asked, check_answer, check_books
from spend_pipeline_tests.e2e.running_house import RunningHouse
from spend_pipeline_tests.e2e.stages import READING, STAGES, STATEMENTS, build_gates, has_come, stopped

CLAIM, RUN, BEGIN, SETTLE = STATEMENTS
# A run that is not made yet cannot be killed.
ALL = [(part, stage) for stage in STAGES for part in PARTS if part != "run" or stage not in (CLAIM, RUN)]
TELLING = [
    *((part, CLAIM) for part in ("code-server", "daemon", "postgres")),
    ("daemon", RUN),
    ("run", BEGIN),
    *((part, READING) for part in PARTS),
    *((part, SETTLE) for part in ("run", "postgres")),
]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Those that tell most in a run of all tests, every one in `make chaos`."""
    if "stage" in metafunc.fixturenames:
        kills = ALL if metafunc.config.getoption("every_stage") else TELLING
        metafunc.parametrize(("part", "stage"), kills, ids=[f"{part} {stage}" for part, stage in kills])


@pytest.fixture(scope="module")
def slow(house: RunningHouse) -> str:
    """A client whose sync can be stopped at each stage."""
    build_gates(house)
    return add_slow_client(house)


def test_a_killed_part_loses_and_doubles_nothing(house: RunningHouse, slow: str, part: str, stage: str) -> None:
    """The part is killed while the sync stands at the stage; the sync still ends, once."""
    with stopped(house, stage):
        where = asked(house, slow)
        house.until(lambda: has_come(house, stage), seconds=60)
        house.part(part).kill()
    check_answer(house, slow, where)
    check_books(house)


def test_a_killed_supervisor_takes_its_parts_with_it(house: RunningHouse, slow: str) -> None:
    """Nothing is left that would hold a port or run a second daemon; the next start finishes what was under way."""
    with stopped(house, READING):
        where = asked(house, slow)
        house.until(lambda: has_come(house, READING), seconds=60)
        assert house.process is not None
        parts = [house.part(name) for name in PARTS if name not in ("run", "postgres")]
        house.process.kill()
        house.process.wait()
    _, alive = psutil.wait_procs(parts, timeout=20)
    assert not alive
    house.start()
    check_answer(house, slow, where)
    check_books(house)
