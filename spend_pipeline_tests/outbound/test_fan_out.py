"""Many at once: the limits hold, a clock starts with its work, and what is late or broken holds nobody up."""

import logging
import threading
import time
from collections.abc import Callable

import pytest

from spend_pipeline.errors import Busy, ProviderFailure, Refused
from spend_pipeline.fan_out import FanOut, Limits
from spend_pipeline.outbound.deadline import Deadline
from spend_pipeline_tests.outbound.asking import KEY, integration, reader, readings, speaking, talk
from spend_pipeline_tests.outbound.fault_server import Exchange, faulty, figures
from spend_pipeline_tests.outbound.faults import drip_headers

A, B = speaking(talk, "a"), speaking(talk, "b")


def slow(exchange: Exchange) -> None:
    exchange.pause(0.1)
    exchange.answer(figures())


@pytest.mark.parametrize(("in_flight", "seen"), [(1, 1), (4, 4), (64, 12)])
def test_no_more_than_the_limit_are_in_flight_in_all(in_flight: int, seen: int) -> None:
    """As the server of two providers sees it; and everything is read."""
    with faulty(slow) as server:
        asked = reader({"a": server.url, "b": server.url}, A, B, in_flight=in_flight, per_host=64, seconds=10)
        read_all = readings(asked, [integration(number, "ab"[number % 2]) for number in range(12)])
        assert min(seen, 2) <= server.peak <= seen
    assert [reading.failure for reading in read_all.values()] == [None] * 12


@pytest.mark.parametrize("per_host", [1, 3])
def test_no_more_than_the_limit_are_in_flight_at_a_provider(per_host: int) -> None:
    """As each provider sees it."""
    with faulty(slow) as one, faulty(slow) as other:
        asked = reader({"a": one.url, "b": other.url}, A, B, per_host=per_host, seconds=10)
        read_all = readings(asked, [integration(number, "ab"[number % 2]) for number in range(12)])
        assert max(one.peak, other.peak) <= per_host
    assert [reading.failure for reading in read_all.values()] == [None] * 12


def test_a_clock_starts_when_its_work_does() -> None:
    """One place, five items of 0.3 s, half a second each: waiting for the place costs nobody its time."""

    def script(exchange: Exchange) -> None:
        exchange.pause(0.3)
        exchange.answer(figures())

    with faulty(script) as server:
        asked = reader({"faulty": server.url}, in_flight=1, per_host=1, seconds=0.5)
        read_all = readings(asked, [integration(number) for number in range(5)])
    assert [str(reading.failure) for reading in read_all.values()] == ["None"] * 5


def test_a_thread_that_cannot_be_ended_gives_its_place_back() -> None:
    """With one place, what comes after a server that drips its headers is read all the same."""

    def script(exchange: Exchange) -> None:
        if exchange.number == 1:
            drip_headers(exchange)
        exchange.answer(figures())

    with faulty(script) as server:
        asked = reader({"faulty": server.url}, in_flight=1, per_host=1, seconds=0.5)
        first, second = readings(asked, [integration(1), integration(2)]).values()
    assert isinstance(first.failure, Busy)
    assert second.failure is None


def test_an_outcome_that_comes_too_late_is_ignored() -> None:
    """Each item has one outcome, the one it was given first."""
    over = threading.Event()

    def work(number: int, _: Deadline) -> int:
        if number == 0:
            over.wait(0.9)
        else:
            time.sleep(0.4)
        return number

    fan: FanOut[int, int] = FanOut(work, host=str, limits=Limits(in_flight=2, seconds=0.1))
    outcomes = list(fan.run(range(3)))
    over.set()
    assert sorted(item for item, _ in outcomes) == [0, 1, 2]
    assert {item: str(outcome) for item, outcome in outcomes} == {
        0: "Timeout: the provider did not answer in full within 0.1 s",
        1: "1",
        2: "2",
    }


def test_a_large_host_does_not_fill_every_place() -> None:
    """Hosts are taken in turn: the small one is among the first to start."""
    started: list[str] = []
    fan: FanOut[str, None] = FanOut(
        lambda item, _: started.append(item), host=lambda item: item[0], limits=Limits(in_flight=2)
    )
    list(fan.run(["a1", "a2", "a3", "a4", "b1"]))
    assert "b1" in started[:2]


def test_nothing_to_do_is_done() -> None:
    fan: FanOut[int, int] = FanOut(lambda number, _: number, host=lambda _: "", limits=Limits())
    assert list(fan.run([])) == []


def no_stack(_: object = None) -> object:
    return no_stack()


def tell(_: object) -> None:
    raise RuntimeError(f"cannot handle {KEY}")


@pytest.mark.parametrize(("bug", "named"), [(tell, "RuntimeError"), (no_stack, "RecursionError")])
def test_a_bug_of_ours_fails_one_row(
    bug: Callable[[int], object], named: str, caplog: pytest.LogCaptureFixture
) -> None:
    """The log has the frames and not the message, which may quote what it choked on."""

    def work(number: int, _: Deadline) -> object:
        if number == 1:
            raise Refused("not this one")
        return bug(number) if number == 2 else number

    with caplog.at_level(logging.DEBUG):
        fan: FanOut[int, object] = FanOut(work, host=lambda _: "", limits=Limits())
        outcomes = dict(fan.run(range(4)))
    assert (outcomes[0], outcomes[3]) == (0, 3)
    assert str(outcomes[1]) == "not this one"
    assert isinstance(outcomes[2], ProviderFailure)
    assert str(outcomes[2]) == f"Invalid response: our reader failed on it ({named})"
    assert len(caplog.records) == 1
    assert "in work" in caplog.text
    assert "sk-CANARY" not in caplog.text
