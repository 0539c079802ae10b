"""One running sandbox for all its tests, under a clock that a test can set."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
import requests

from spend_pipeline.sandbox.server import Sandbox, running

AFTERNOON = datetime(2026, 2, 26, 15, 45, 30, tzinfo=UTC)

Ask = Callable[..., requests.Response]


@dataclass
class Clock:
    """A clock that stands still where it was set."""

    at: datetime = AFTERNOON

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture(scope="session")
def _served() -> Iterator[tuple[Sandbox, Clock]]:
    clock = Clock()
    with running(now=clock) as sandbox:
        yield sandbox, clock


@pytest.fixture
def clock(_served: tuple[Sandbox, Clock]) -> Iterator[Clock]:
    yield _served[1]
    _served[1].at = AFTERNOON


@pytest.fixture
def sandbox(_served: tuple[Sandbox, Clock], clock: Clock) -> Sandbox:
    _served[0].requests.clear()
    return _served[0]


@pytest.fixture
def ask(sandbox: Sandbox) -> Ask:
    """Sends a request to a provider's path; a key goes where that provider wants it."""

    def send(provider: str, path: str, key: str = "", method: str = "GET", **options: object) -> requests.Response:
        headers = {"mistral": {"x-api-key": key}, "fal_ai": {"Authorization": f"Key {key}"}}
        options.setdefault("headers", headers.get(provider, {"Authorization": f"Bearer {key}"}) if key else {})
        options = {"timeout": 5, "allow_redirects": False} | options
        return requests.request(method, sandbox.provider_urls[provider] + path, **options)  # type: ignore[arg-type]

    return send
