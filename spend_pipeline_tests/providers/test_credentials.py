"""Where a key goes: to its provider and nowhere else, and nowhere at all where it reads no money."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from itertools import combinations
from urllib.parse import parse_qs

import pytest
import responses
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key
from google.auth import jwt

from spend_pipeline.errors import FailureKind, NotConfigured, ProviderFailure
from spend_pipeline.providers.declaration import Provider
from spend_pipeline_tests.providers.known import PROVIDERS
from spend_pipeline_tests.providers.recorded import LONGEST, RECORDINGS, Recording, service_account
from spend_pipeline_tests.providers.wire import play, read

NOW = datetime(2026, 2, 26, 15, 45, tzinfo=UTC)
GOOGLE = LONGEST["google_ai"]
by_provider = pytest.mark.parametrize("provider", PROVIDERS.values(), ids=PROVIDERS)


@by_provider
def test_a_missing_credential_sends_no_request(provider: Provider) -> None:
    """Any set of credentials that opens nothing is answered with the ones that would."""
    names = [credential.name for credential in provider.credentials]
    for given in (set(part) for size in range(len(names)) for part in combinations(names, size)):
        if not any(given.issuperset(access.needs) for access in provider.access):
            with responses.RequestsMock() as wire:
                reading = read(provider.name, dict.fromkeys(given, "value"), NOW)
                assert len(wire.calls) == 0
            assert isinstance(reading.failure, NotConfigured)
            assert all(name in str(reading.failure) for name in provider.access[0].needs)


@by_provider
def test_a_key_that_reads_no_money_is_not_sent(provider: Provider) -> None:
    """The figures are unknown, and a note says why."""
    for access in (access for access in provider.access if not access.calls):
        with responses.RequestsMock() as wire:
            reading = read(provider.name, dict.fromkeys(access.needs, "value"), NOW)
            assert len(wire.calls) == 0
        assert reading.supported is False
        assert reading.figures is not None
        assert reading.figures.notes == (access.note,)
        assert (reading.figures.balance, reading.figures.usage_today, reading.figures.usage_month) == (None,) * 3


@pytest.mark.parametrize("recording", LONGEST.values(), ids=LONGEST)
def test_a_key_is_sent_only_to_the_providers_own_hosts(recording: Recording) -> None:
    provider = PROVIDERS[recording.provider]
    base_url = provider.base_url_for(recording.credentials)
    own = tuple(f"{host}/" for host in (base_url, *provider.regions.values(), *provider.hosts))
    assert all((request.url or "").startswith(own) for request in play(recording).requests)


@pytest.mark.parametrize(
    "address", ["", "litellm.example", "ftp://h", "https://", "https://k@h", "https://h?k=1", "https://["]
)
def test_an_address_that_is_none_sends_no_request(address: str) -> None:
    """What people host themselves is asked at a plain address of the web, which no message repeats."""
    recording = LONGEST["litellm"]
    played = play(replace(recording, credentials={**recording.credentials, "base_url": address}))
    assert played.requests == []
    assert played.failure_text == "base_url is not an address of the form https://host"


@pytest.mark.parametrize(
    "token_uri",
    [
        "https://oauth2.googleapis.com.elsewhere.example/token",
        "https://elsewhere.example/token",
        "http://oauth2.googleapis.com/token",
        "https://oauth2.googleapis.com:8443/token",
        "https://oauth2.googleapis.com@elsewhere.example/token",
        "//oauth2.googleapis.com/token",
        "file:///etc/passwd",
    ],
)
def test_a_key_file_cannot_send_its_signature_elsewhere(token_uri: str) -> None:
    """The token endpoint of a service account's file may only be Google's."""
    account = json.dumps({**json.loads(service_account()), "token_uri": token_uri})
    assert "host" in str(_refused(account))


@pytest.mark.parametrize("field", ["client_email", "private_key", "private_key_id", "project_id", "token_uri"])
def test_a_key_file_without_one_of_its_fields_sends_no_request(field: str) -> None:
    """And the message names the field."""
    account = {name: kept for name, kept in json.loads(service_account()).items() if name != field}
    assert field in str(_refused(json.dumps(account)))


@pytest.mark.parametrize("text", ["", "null", "[]", "not JSON", '{"private_key": "-----BEGIN', "AIzaGemini/5b+2r=="])
def test_a_key_file_that_is_none_sends_no_request(text: str) -> None:
    assert "service_account" in str(_refused(text))


def test_a_private_key_that_is_none_sends_no_request() -> None:
    account = {**json.loads(service_account()), "private_key": "not a key"}
    assert "private_key" in str(_refused(json.dumps(account)))


@pytest.mark.parametrize("table", ["a.b", "a.b.t` WHERE 1=1 --", "a.b.t;", "a.b.`t`", " a.b.c", "a.b.t\n"])
def test_a_table_that_is_none_reaches_no_query(table: str) -> None:
    """The one credential that stands in SQL is a table's name and nothing more."""
    played = play(replace(GOOGLE, credentials={**GOOGLE.credentials, "billing_table": table}))
    assert played.reading.failure is not None
    assert played.reading.failure.kind is FailureKind.NOT_CONFIGURED
    assert not any("bigquery" in (request.url or "") for request in played.requests)


def test_google_is_sent_a_signature_for_an_hour() -> None:
    """The assertion is signed by the key file's key, names its account and scope, and is meant for the endpoint."""
    body = play(GOOGLE).requests[0].body
    (assertion,) = parse_qs(body if isinstance(body, str) else str(body))["assertion"]
    account = json.loads(service_account())
    public = load_pem_private_key(account["private_key"].encode(), None).public_key()
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    claims = jwt.decode(assertion, pem, verify=False)  # type: ignore[no-untyped-call]
    assert claims == {
        "iss": account["client_email"],
        "scope": "https://www.googleapis.com/auth/bigquery",
        "aud": account["token_uri"],
        "iat": int(GOOGLE.now.timestamp()),
        "exp": int(GOOGLE.now.timestamp()) + 3600,
    }


def test_every_credential_is_used_in_a_recording() -> None:
    for provider in PROVIDERS.values():
        of_it = [recording.credentials for recording in RECORDINGS if recording.provider == provider.name]
        given = {name for credentials in of_it for name in credentials}
        assert given == {credential.name for credential in provider.credentials}


def _refused(text: str) -> ProviderFailure:
    """The failure of a key file that leads to no request."""
    played = play(replace(GOOGLE, credentials={**GOOGLE.credentials, "service_account": text}))
    assert played.requests == []
    assert isinstance(played.reading.failure, NotConfigured)
    return played.reading.failure
