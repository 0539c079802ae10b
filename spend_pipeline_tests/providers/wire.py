"""Plays recordings to the real reader, by `responses`: the one place of this folder that stands in for the network."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from re import compile as pattern
from typing import Any

import responses
from requests import PreparedRequest
from responses import matchers
from responses.registries import FirstMatchRegistry, OrderedRegistry

from spend_pipeline.integration import Integration
from spend_pipeline.outbound.client import Client
from spend_pipeline.outbound.retry import AGAIN
from spend_pipeline.period import Period
from spend_pipeline.reading import Reader, Reading
from spend_pipeline_tests.providers.known import PROVIDERS
from spend_pipeline_tests.providers.recorded import Exchange, Recording

ANY_URL = pattern(r".*")
CLIENT = Client()


@dataclass(frozen=True)
class Played:
    """What the reader made of a conversation, and the requests it sent."""

    reading: Reading
    requests: list[PreparedRequest]

    @property
    def failure_text(self) -> str:
        return str(self.reading.failure or "")


def read(provider: str, credentials: Mapping[str, str], now: datetime) -> Reading:
    """One integration's reading, by the whole way: the fan-out, the provider's access, its conversations."""
    reader = Reader(CLIENT, PROVIDERS, open=lambda _: credentials)
    (reading,) = reader.read_all([Integration(42, 1, provider, sealed="sealed")], Period(now), automatic=True)
    return reading


def play(recording: Recording, exchanges: Iterable[Exchange] | None = None) -> Played:
    """The recording, or other exchanges in its place, in order; a request that is not the next one finds nobody."""
    with responses.RequestsMock(assert_all_requests_are_fired=False, registry=OrderedRegistry) as wire:
        for exchange in recording.exchanges if exchanges is None else exchanges:
            for _ in range(exchange.times):
                wire.add(_answer(exchange))
        reading = read(recording.provider, recording.credentials, recording.now)
        return Played(reading, [call.request for call in wire.calls])


def answer_all(recording: Recording, **answer: Any) -> Played:
    """The recording's credentials against a provider that gives every request the same answer."""
    return answer_by(recording, lambda wire: [wire.add(method, ANY_URL, **answer) for method in ("GET", "POST")])


def answer_by(recording: Recording, script: Callable[[responses.RequestsMock], object]) -> Played:
    """The recording's credentials against whatever the script sets up."""
    with responses.RequestsMock(assert_all_requests_are_fired=False, registry=FirstMatchRegistry) as wire:
        script(wire)
        reading = read(recording.provider, recording.credentials, recording.now)
        return Played(reading, [call.request for call in wire.calls])


def with_body(recording: Recording, number: int, body: str) -> list[Exchange]:
    """The recording's exchanges with another body at one of them."""
    exchanges = list(recording.exchanges)
    exchanges[number] = replace(exchanges[number], body=body)
    return exchanges


def with_status(recording: Recording, number: int, status: int) -> list[Exchange]:
    """The recording's exchanges with another status at one of them, however often it is asked."""
    exchanges = list(recording.exchanges)
    exchanges[number] = replace(exchanges[number], status=status, times=3 if status in AGAIN else 1)
    return exchanges


def _answer(exchange: Exchange) -> responses.Response:
    """The answer, given only to a request with the recorded query, headers and parts of a body."""
    match: list[Any] = [matchers.query_param_matcher(dict(exchange.query)), matchers.header_matcher(exchange.sent)]
    if exchange.json is not None:
        match.append(matchers.json_params_matcher(exchange.json, strict_match=False))
    if exchange.form is not None:
        match.append(matchers.urlencoded_params_matcher(dict(exchange.form), strict_match=False))
    return responses.Response(
        exchange.method,
        exchange.url,
        body=exchange.body,
        status=exchange.status,
        headers=dict(exchange.headers),
        content_type="application/json",
        match=match,
    )
