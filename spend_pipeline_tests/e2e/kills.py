"""What the tests that kill parts share: a client whose sync can be stopped, and whether its requests were answered."""

from typing import Any

from spend_pipeline.errors import Unavailable
from spend_pipeline_tests.e2e.running_house import PATH, RunningHouse
from spend_pipeline_tests.e2e.stages import HELD_KEY
from spend_pipeline_tests.invariants import broken

PARTS = ("run", "daemon", "code-server", "endpoint", "ui", "postgres")
ANSWER_SECONDS = 120  # a promise of at most a minute on a machine of one's own, twice that where tests share it


def add_slow_client(house: RunningHouse) -> str:
    """A client with a reading of every kind, one of which the sandbox can hold; its token."""
    token, _ = house.add_client(
        "slow",
        ("openrouter", house.sandbox.credentials["openrouter"]["management"]),
        ("mistral", HELD_KEY),
        ("fal_ai", {"api_key": "not-a-key"}),
    )
    return token


def asked(house: RunningHouse, token: str) -> str:
    """Where the answer of a sync will be that was just asked for."""
    house.until(lambda: ready(house), seconds=ANSWER_SECONDS)
    house.free_the_minute()
    house.sandbox.requests.clear()
    status, headers, body = house.post(token, headers={"Prefer": "respond-async"})
    assert status == 202, body
    where: str = headers["Location"]
    assert where.startswith(PATH)
    return where


def ready(house: RunningHouse) -> bool:
    try:
        return house.ask("GET", "/readyz", {})[0] == 200
    except OSError:
        return False


def answered(house: RunningHouse, token: str, where: str) -> tuple[int | None, Any]:
    """The request's status and body; None while the endpoint is away or its database is."""
    try:
        status, _, body = house.ask("GET", where, {"Authorization": f"Bearer {token}"})
    except OSError:
        return None, None
    return (None, body) if status == 503 else (status, body)


def check_answer(house: RunningHouse, token: str, where: str) -> None:
    """The sync ends well, and once."""
    house.until(lambda: answered(house, token, where)[0] not in (202, None), seconds=ANSWER_SECONDS)
    status, body = answered(house, token, where)
    assert status == 200, body
    assert (body["synced"], body["failed"]) == (2, 1)


def check_books(house: RunningHouse) -> None:
    """Every invariant, as soon as the last run has closed its transactions."""
    house.until(lambda: _is_there(house), seconds=ANSWER_SECONDS)
    found = broken(house.database(), ANSWER_SECONDS)
    assert not found, found


def _is_there(house: RunningHouse) -> bool:
    try:
        return bool(house.rows("select 1"))
    except Unavailable:
        return False
