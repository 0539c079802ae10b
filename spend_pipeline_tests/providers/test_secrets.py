"""A key is in no message, repr or log record, in whatever form it came back."""

import base64
import json
import logging
import re
import traceback
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, quote, quote_plus

import pytest
import requests
import responses
from requests import PreparedRequest

from spend_pipeline.integration import Integration
from spend_pipeline.outbound.ask import Ask, Pages
from spend_pipeline.outbound.line import Line
from spend_pipeline_tests.providers.recorded import LONGEST, RECORDINGS, Recording
from spend_pipeline_tests.providers.wire import ANY_URL, Played, answer_all, answer_by, play

# Settings that may be shown.
OPEN = ("account_id", "organization_id", "billing_table", "location", "region", "team_id", "tenant_id", "scope")
each_provider = pytest.mark.parametrize("recording", LONGEST.values(), ids=LONGEST)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> list[str]:
    """What the conversation's parts say of themselves, with all that was logged at any level."""
    caplog.set_level(logging.DEBUG)
    texts: list[str] = []
    pages = Line.pages

    def spied(line: Line, ask: Ask) -> Pages:
        texts.extend((repr(line), str(line), repr(ask), str(ask)))
        return pages(line, ask)

    monkeypatch.setattr(Line, "pages", spied)
    return texts


@pytest.mark.parametrize("recording", RECORDINGS, ids=str)
def test_a_conversation_tells_no_key(recording: Recording, told: list[str], caplog: pytest.LogCaptureFixture) -> None:
    played = play(recording)
    assert not _leaked(recording, played, [*told, caplog.text])


@each_provider
@pytest.mark.parametrize("status", [200, 302, 400, 401, 403, 404, 429, 500])
def test_a_provider_that_echoes_the_key_makes_us_tell_none(
    recording: Recording, status: int, told: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    """Its error texts, field names, headers and redirects may all hold what was sent."""

    def echo(request: PreparedRequest) -> tuple[int, dict[str, str], str]:
        sent = " ".join([*request.headers.values(), str(request.body)])
        forms = "\n".join(form for secret in _secrets(recording, [request]) for form in _forms(secret))
        body = json.dumps({forms: forms, "error": {"message": f"Incorrect API key provided: {sent}"}, "data": forms})
        quoted = quote(forms)
        headers = {"Retry-After": quoted, "Location": f"https://elsewhere.example/?{quoted}", "X-Key": quoted}
        return status, headers, body

    def script(wire: responses.RequestsMock) -> None:
        for method in ("GET", "POST"):
            wire.add_callback(method, ANY_URL, echo)

    played = answer_by(recording, script)
    assert played.reading.failure is not None
    assert not _leaked(recording, played, [*told, caplog.text])


@each_provider
@pytest.mark.parametrize(
    "error",
    [
        requests.ConnectionError,
        requests.ReadTimeout,
        requests.exceptions.SSLError,
        requests.exceptions.InvalidURL,
        requests.exceptions.InvalidHeader,
        requests.exceptions.ContentDecodingError,
    ],
)
def test_a_transports_error_tells_no_key(
    recording: Recording, error: type[Exception], told: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    """The transport may quote the URL or a header in its own errors."""
    forms = " ".join(form for secret in _secrets(recording, []) for form in _forms(secret))
    played = answer_all(recording, body=error(forms))
    assert played.reading.failure is not None
    assert not _leaked(recording, played, [*told, caplog.text])


@each_provider
def test_a_bug_of_ours_tells_no_key(
    recording: Recording, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A reader that fails on a key is logged by its frames, and one integration's failure."""

    def broken(line: Line, talk: Any) -> None:
        raise RuntimeError(recording.credentials)

    monkeypatch.setattr(Line, "converse", broken)
    played = play(recording)
    assert "our reader failed on it (RuntimeError)" in played.failure_text
    assert "RuntimeError" in caplog.text
    assert not _leaked(recording, played, [caplog.text])


@each_provider
def test_an_integration_does_not_show_what_is_sealed(recording: Recording) -> None:
    sealed = "\n".join(recording.credentials.values())
    integration = Integration(42, 1, recording.provider, sealed=sealed)
    assert not _found(_secrets(recording, []), [repr(integration), str(integration), repr(replace(integration, id=43))])


def _leaked(recording: Recording, played: Played, texts: list[str]) -> set[str]:
    """The secrets found in what was said of a reading."""
    failure = played.reading.failure
    said = [repr(played.reading), str(played.reading), *texts]
    while isinstance(failure, BaseException):
        said += [str(failure), repr(failure), *map(str, getattr(failure, "__notes__", []))]
        said += traceback.format_exception(failure)
        failure = failure.__cause__ or failure.__context__  # type: ignore[assignment]
    return _found(_secrets(recording, played.requests), said)


def _found(secrets: set[str], texts: list[str]) -> set[str]:
    return {secret for secret in secrets for form in _forms(secret) if any(form in text for text in texts)}


def _secrets(recording: Recording, sent: list[PreparedRequest]) -> set[str]:
    """The keys of a recording, line by line where they are documents, and the ones that were made of them."""
    given = [value for name, value in recording.credentials.items() if name not in OPEN]
    lines = {line for value in given for line in re.split(r'\\n|[\n" ]', value) if len(line) > 15 and "://" not in line}
    grants = {request.headers.get("Authorization", "").rpartition(" ")[2] for request in sent}
    signatures = {part for request in sent for part in parse_qs(str(request.body or "")).get("assertion", [])}
    public = {"service_account", "0123456789abcdef", "billing-reader@acme.iam.gserviceaccount.com"}
    return (lines | grants | signatures) - public - {""}


def _forms(secret: str) -> set[str]:
    """A secret as it may come back: as it is, percent-encoded, in base64."""
    raw = secret.encode()
    encoded = {base64.b64encode(raw), base64.urlsafe_b64encode(raw)}
    return {secret, quote(secret), quote(secret, safe=""), quote_plus(secret)} | {form.decode() for form in encoded}
