"""What a provider's failures are to us: each status and each strange answer has its kind, and none is a figure."""

from typing import Any

import pytest
import requests
import responses

from spend_pipeline.errors import FailureKind
from spend_pipeline_tests.providers.known import PROVIDERS
from spend_pipeline_tests.providers.recorded import LONGEST, NAMED, Recording
from spend_pipeline_tests.providers.wire import ANY_URL, answer_all, answer_by, play, with_body

KINDS = {
    FailureKind.REFUSED: (401, 402, 403),
    FailureKind.NOT_CONFIGURED: (404,),
    FailureKind.BUSY: (408, 425, 429, 500, 502, 503, 504, 529),
    FailureKind.UNREADABLE: (201, 202, 204, 206, 301, 302, 307, 308, 400, 405, 406, 410, 418, 422, 451),
}
STATUSES = {status: kind for kind, statuses in KINDS.items() for status in statuses}
OTHERWISE = {
    ("aws_bedrock", 400): FailureKind.REFUSED,  # its status for a key it does not know or that lacks a permission
    ("azure_openai", 400): FailureKind.NOT_CONFIGURED,  # Entra ID's word for an application it does not know
    ("google_ai", 400): FailureKind.NOT_CONFIGURED,  # the token endpoint's word for a key it does not know
    ("siliconflow", 410): FailureKind.NOT_CONFIGURED,  # one of its platforms closed the route
    ("vast_ai", 404): FailureKind.REFUSED,  # its word for a key it does not know
}
ELSEWHERE = "https://elsewhere.example/keys"

each_provider = pytest.mark.parametrize("recording", LONGEST.values(), ids=LONGEST)


@each_provider
@pytest.mark.parametrize("status", STATUSES)
def test_a_status_has_its_kind(recording: Recording, status: int) -> None:
    """Whatever the body says: here it is the JSON of a success."""
    reading = answer_all(recording, status=status, body=recording.exchanges[0].body).reading
    assert reading.failure is not None
    assert reading.failure.kind is OTHERWISE.get((recording.provider, status), STATUSES[status])


@each_provider
def test_an_unknown_key_is_named_in_one_wording(recording: Recording) -> None:
    """Where a provider has several regions, the sentence ends with the others."""
    text, _, elsewhere = answer_all(recording, status=401).failure_text.partition("; ")
    assert text == "API key invalid or expired"
    assert all(region in elsewhere for region in list(PROVIDERS[recording.provider].regions)[1:])


@each_provider
@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_busy_provider_is_asked_three_times(recording: Recording, status: int, pauses: list[float]) -> None:
    """And no sooner than it asked to be."""
    played = answer_all(recording, status=status, headers={"Retry-After": "2"})
    asked = [request.url for request in played.requests]
    assert asked == [url for url in dict.fromkeys(asked) for _ in range(3)]
    assert pauses == [2.0, 2.0] * (len(asked) // 3)


@each_provider
@pytest.mark.parametrize(
    "error", [requests.ConnectionError, requests.ConnectTimeout, requests.exceptions.ChunkedEncodingError]
)
def test_a_lost_connection_is_busy(recording: Recording, error: type[Exception]) -> None:
    reading = answer_all(recording, body=error("Connection aborted.")).reading
    assert reading.failure is not None
    assert reading.failure.kind is FailureKind.BUSY


@each_provider
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" \n",
        b"<!doctype html><title>Sign in</title>",
        b'{"data": {"total_credits": 1',
        '{"error": "Schlüssel"}'.encode("latin-1"),
        '{"data": 1}'.encode("utf-16"),
        b'{"data": 1, "data": 1}',
        b'{"data": NaN}',
        b'{"data": -Infinity}',
        b'{"data": 1} {"data": 1}',
        b"[" * 100_000,
        b"null",
        b"{}",
        b"[]",
        b"0",
        b'"OK"',
    ],
    ids=lambda body: repr(body[:24]),
)
def test_a_strange_body_is_unreadable(recording: Recording, body: bytes) -> None:
    """A 200 that does not hold what was asked is never a figure of zero."""
    reading = answer_all(recording, body=body).reading
    assert reading.figures is None
    assert reading.failure is not None
    assert reading.failure.kind is FailureKind.UNREADABLE


@pytest.mark.parametrize("amount", ["1e400", "1e-400", "1000000000000", "true", '"NaN"', '"1,5"', '"0x1F"', "[1]"])
@pytest.mark.parametrize(
    ("case", "number", "sent"),
    [
        ("openrouter-account", 0, "150.0"),
        ("openrouter-account", 1, "2.341"),
        ("mistral-dollars", 0, '"usage": 0.09'),
        ("mistral-dollars", 1, '"9.00E-8"'),
        ("mistral-dollars", 1, '"value_paid": 1000000'),
        ("cohere-dashboard", 0, "0.38"),
        ("fal_ai-apps", 0, "31.75"),
        ("fal_ai-apps", 1, '"cost_total": 1.0'),
        ("google_ai-one_row", 1, '"45.6"'),
        ("together-balance", 0, '"0.25"'),
        ("openai-days", 0, "4.1275"),
        ("anthropic-days", 0, '"1284.3350"'),
        ("xai-team_key", 1, '"-412"'),
        ("xai-team_key", 2, "3.22026275"),
        ("deepseek-one_wallet", 0, '"23.45"'),
        ("moonshot-international", 0, "49.58894"),
        ("siliconflow-granted_and_charged", 0, '"23.50"'),
        ("elevenlabs-credits", 0, "131000"),
        ("elevenlabs-credits", 1, "1820.0"),
        ("deepgram-one_project", 1, "187.4412"),
        ("deepgram-one_project", 3, "0.1132"),
        ("stability-credits", 0, "1632.7336"),
        ("poe-queries", 0, "1482300"),
    ],
)
def test_a_strange_amount_is_unreadable(case: str, number: int, sent: str, amount: str) -> None:
    """It fails the reading, and is never stored as 0, whatever else was read. (A null: see "losing a field".)"""
    recording = NAMED[case]
    name, _, _ = sent.rpartition(": ")
    body = recording.exchanges[number].body
    assert sent in body
    changed = body.replace(sent, f"{name}: {amount}" if name else amount)
    reading = play(recording, with_body(recording, number, changed)).reading
    assert reading.failure is not None
    assert reading.failure.kind is FailureKind.UNREADABLE


@each_provider
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_refused_and_its_target_gets_no_request(recording: Recording, status: int) -> None:
    def script(wire: responses.RequestsMock) -> None:
        answer: dict[str, Any] = {"status": status, "headers": {"Location": ELSEWHERE}}
        for method in ("GET", "POST"):
            wire.add(method, ELSEWHERE, body=recording.exchanges[0].body)
            wire.add(method, ANY_URL, **answer)

    played = answer_by(recording, script)
    assert played.reading.failure is not None
    assert played.reading.failure.kind is FailureKind.UNREADABLE
    assert not any((request.url or "").startswith(ELSEWHERE) for request in played.requests)
