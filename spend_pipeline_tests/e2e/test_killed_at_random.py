"""`kill -9` of any process at any moment: what a list of stages does not think of. `make chaos` kills fifty."""

import random
import time
from collections.abc import Iterator

import pytest

from spend_pipeline_tests.e2e.kills import PARTS, add_slow_client, asked, check_answer, check_books
from spend_pipeline_tests.e2e.running_house import RunningHouse

SYNC_SECONDS = 4.0  # from a request to the end of its run, and a little more: a part may die when all is done


def moments(seed: int) -> Iterator[tuple[str, float]]:
    """Parts and seconds after a request, for ever the same for a seed; every part has its turn in each six."""
    chance = random.Random(seed)
    while True:
        for part in chance.sample(PARTS, len(PARTS)):
            yield part, chance.uniform(0, SYNC_SECONDS)


def kill(house: RunningHouse, part: str) -> bool:
    """Whether there was such a process: a run may not have begun, or be over."""
    try:
        house.part(part).kill()
    except (StopIteration, OSError):
        return False
    return True


def test_killed_at_random_moments(
    house: RunningHouse, pytestconfig: pytest.Config, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every request is answered, and the books are in order after each kill; nobody does anything by hand."""
    token = add_slow_client(house)
    killings = moments(pytestconfig.getoption("seed"))
    slowest: dict[str, float] = {}
    for _ in range(pytestconfig.getoption("kills")):
        part, after = next(killings)
        where = asked(house, token)
        time.sleep(after)  # the moment is the point
        killed = kill(house, part)
        at = time.monotonic()
        check_answer(house, token, where)
        waited = time.monotonic() - at
        slowest[part] = max(slowest.get(part, 0), waited)
        check_books(house)
        what = "killed" if killed else "not there"
        with capsys.disabled():
            print(f"\n{part} {what} {after:.1f} s after a request: answered after {waited:.1f} s", end="")
    with capsys.disabled():
        print("\nThe longest wait for an answer:", {part: round(seconds, 1) for part, seconds in slowest.items()})
