"""Every provider reads its recorded conversations to what a person read off them."""

from dataclasses import replace

import pytest
from requests import PreparedRequest

from spend_pipeline.providers.declaration import FIGURES, Provider
from spend_pipeline_tests.providers.known import PROVIDERS
from spend_pipeline_tests.providers.recorded import ERRORS, LONGEST, RECORDINGS, DocumentedError, Recording
from spend_pipeline_tests.providers.wire import answer_all, play


@pytest.mark.parametrize("provider", PROVIDERS.values(), ids=PROVIDERS)
def test_every_access_of_a_provider_is_recorded(provider: Provider) -> None:
    """A provider without recordings, or with a kind of key that none of them uses, is not in the contract."""
    of_it = [recording for recording in RECORDINGS if recording.provider == provider.name]
    used = [provider.access_for(frozenset(recording.credentials)) for recording in of_it]
    assert all(access in used for access in provider.access)
    asks = any(access.calls for access in provider.access)
    assert asks is any(error.provider == provider.name for error in ERRORS)
    assert asks is (provider.name in LONGEST)


def test_every_recording_is_of_a_provider() -> None:
    assert {recording.provider for recording in RECORDINGS} == set(PROVIDERS)
    assert {error.provider for error in ERRORS} <= set(PROVIDERS)


@pytest.mark.parametrize("recording", RECORDINGS, ids=str)
def test_a_recording_is_read_to_the_figures_a_person_read(recording: Recording) -> None:
    played = play(recording)
    expected, failure = recording.figures, played.reading.failure
    if recording.failure is not None:
        assert failure is not None
        assert (failure.kind, str(failure)) == (recording.failure.kind, recording.failure.message)
        return
    assert failure is None
    figures = played.reading.figures
    assert figures is not None
    told = (*FIGURES, "other_balances", "as_of", "cycle", "account")
    assert [getattr(figures, name) for name in told] == [getattr(expected, name) for name in told]
    assert len(figures.notes) == len(expected.notes), figures.notes
    assert all(part in note for part, note in zip(expected.notes, figures.notes, strict=True))
    assert played.reading.supported is recording.supported


@pytest.mark.parametrize("recording", RECORDINGS, ids=str)
def test_every_recorded_request_is_sent_and_no_other(recording: Recording) -> None:
    """Every page is asked for, in order, and the key travels in the recorded header and nowhere else."""
    requests = play(recording).requests
    expected = [exchange for exchange in recording.exchanges for _ in range(exchange.times)]
    sent = [(request.method, (request.url or "").split("?")[0]) for request in requests]
    assert sent == [(exchange.method, exchange.url) for exchange in expected]
    keys = {value for name, value in recording.credentials.items() if name in ("api_key", "dashboard_token")}
    for request, exchange in zip(requests, expected, strict=True):
        signed = {name for name, value in exchange.sent.items() if any(key in value for key in keys)}
        signed |= {"url"} if keys.intersection(exchange.query.values()) else set()
        assert _holding(request, keys) == signed


@pytest.mark.parametrize("recording", RECORDINGS, ids=str)
def test_a_recording_says_how_its_figures_were_read(recording: Recording) -> None:
    """The words name every amount that is expected, so that a reader can follow the arithmetic."""
    amounts = [getattr(recording.figures, name) for name in FIGURES]
    words = recording.reading.replace(",", " ").replace(". ", " ").split()
    named = {word.rstrip(".:;") for word in words}
    assert all(f"{money.amount.normalize():f}" in _plain(named) for money in amounts if money is not None)


@pytest.mark.parametrize("error", ERRORS, ids=str)
def test_a_documented_error_is_named_for_who_can_act(error: DocumentedError) -> None:
    """Whatever it is answered to, and whatever words came with it."""
    recording = replace(LONGEST[error.provider], credentials=error.credentials)
    failure = answer_all(recording, status=error.status, body=error.body).reading.failure
    assert failure is not None
    assert (failure.kind, str(failure)) == (error.failure.kind, error.failure.message)


def _holding(request: PreparedRequest, keys: set[str]) -> set[str]:
    """The headers of a request that hold a key; `url` and `body` where those do."""
    body = request.body.decode() if isinstance(request.body, bytes) else str(request.body or "")
    places = {**request.headers, "url": request.url or "", "body": body}
    return {name for name, value in places.items() if any(key in value for key in keys)}


def _plain(words: set[str]) -> set[str]:
    """Words that are amounts, without trailing zeros."""
    trimmed = {word.rstrip("0").rstrip(".") for word in words if "." in word}
    return words | trimmed
