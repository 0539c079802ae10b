"""Forty integrations at once, one of them in trouble: thirty-nine are read, and nobody waits for the one."""

import logging
import time
from itertools import cycle, islice

import pytest

from spend_pipeline.errors import Unreadable
from spend_pipeline.fan_out import Limits
from spend_pipeline.integration import Integration
from spend_pipeline.outbound.ask import Ask, Conversation, Credentials
from spend_pipeline.outbound.client import Client
from spend_pipeline.period import Period
from spend_pipeline.providers import PROVIDERS
from spend_pipeline.providers.declaration import Provider
from spend_pipeline.reading import Reader, Reading
from spend_pipeline.sandbox.server import Sandbox
from spend_pipeline_tests.conftest import NOON
from spend_pipeline_tests.outbound.asking import FAULTY, KEY, assert_well_said, speaking, talk
from spend_pipeline_tests.outbound.fault_server import Exchange, Script, faulty, healthy
from spend_pipeline_tests.outbound.faults import (
    BODIES,
    TRANSPORT,
    drip_body,
    drip_headers,
    endless_chunks,
    gzip_bomb,
    redirect_with_a_bomb,
    reset_mid_body,
    silence,
)

SECONDS = 10.0
SPARE = 5.0  # what forty may take beyond the deadline of the one, on a machine with other work
SANDBOXED = ("openrouter", "mistral", "fal_ai", "groq")
WELL = speaking(talk, "well")
WORST: dict[str, Script] = {
    "never answers": silence,
    "drips the body": drip_body,
    "drips the headers": drip_headers,
    "endless chunks": endless_chunks,
    "gzip bomb": gzip_bomb,
    "redirect with a bomb": redirect_with_a_bomb,
    "resets in the body": reset_mid_body,
    "hangs up at once": Exchange.close,
    "5000 headers": TRANSPORT["5000 headers"].script,
    "nested 200,000 deep": BODIES["nested 200,000 deep"].script,
    "429 for years": lambda exchange: exchange.answer(status="429 No", Retry_After="1000000000"),
}


def buggy(credentials: Credentials, period: Period) -> Conversation:
    """A reader with a mistake in it, which knows the key."""
    yield Ask("/figures")
    raise AssertionError(f"no {credentials['api_key']}")


def read_forty(sandbox: Sandbox, script: Script, provider: Provider = FAULTY) -> tuple[dict[str, list[Reading]], float]:
    """Readings by provider, and how long it took: thirty-nine of all kinds, and in their midst one on this script."""
    keys = {name: next(iter(sandbox.credentials[name].values())) for name in SANDBOXED}
    names = list(islice(cycle([part for name in SANDBOXED for part in ("well", name)]), 39))
    names.insert(20, "faulty")
    with faulty(script) as bad, faulty(healthy) as good:
        reader = Reader(
            Client(),
            {**PROVIDERS, "faulty": provider, "well": WELL},
            lambda each: keys.get(each.provider_name, {"api_key": KEY}),
            Limits(seconds=SECONDS),
            {**sandbox.provider_urls, "faulty": bad.url, "well": good.url},
        )
        found: dict[str, list[Reading]] = {}
        started = time.monotonic()
        for reading in reader.read_all([Integration(at, 1, name, "") for at, name in enumerate(names)], Period(NOON)):
            found.setdefault(reading.integration.provider_name, []).append(reading)
        return found, time.monotonic() - started


def assert_the_others_are_read(found: dict[str, list[Reading]]) -> None:
    others = [reading for name, readings in found.items() for reading in readings if name != "faulty"]
    assert len(others) == 39
    assert [str(reading.failure) for reading in others if reading.failure] == []
    assert all(reading.figures and reading.figures.usage_month for reading in others if reading.supported)


@pytest.mark.parametrize("script", WORST.values(), ids=WORST)
def test_one_in_trouble_costs_the_others_nothing(script: Script, shared_sandbox: Sandbox) -> None:
    """Thirty-nine figures, one sentence, and an end within the one's deadline."""
    found, seconds = read_forty(shared_sandbox, script)
    assert_the_others_are_read(found)
    (one,) = found["faulty"]
    assert_well_said(one.failure)
    assert seconds < SECONDS + SPARE


def test_a_bug_in_one_reader_costs_the_others_nothing(
    shared_sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    """It is a failed row and one entry in the log, with the place of the bug and without the key."""
    with caplog.at_level(logging.WARNING):
        found, _ = read_forty(shared_sandbox, healthy, speaking(buggy))
    assert_the_others_are_read(found)
    (one,) = found["faulty"]
    assert isinstance(one.failure, Unreadable)
    assert str(one.failure) == "Invalid response: our reader failed on it (AssertionError)"
    assert "in buggy" in caplog.text
    assert KEY not in caplog.text


def test_forty_that_are_well_are_read(shared_sandbox: Sandbox) -> None:
    """The counterpart."""
    found, seconds = read_forty(shared_sandbox, healthy)
    assert_the_others_are_read(found)
    assert found["faulty"][0].figures is not None
    assert seconds < SECONDS
