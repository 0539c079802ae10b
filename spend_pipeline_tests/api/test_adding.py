"""Adding an integration over HTTP: what is kept, and how a body that is malformed is refused without being quoted."""

import pytest

from spend_pipeline.api import shapes
from spend_pipeline_tests.api.endpoint import Endpoint, error_of
from spend_pipeline_tests.api.resource import Resource, resource
from spend_pipeline_tests.store.books import read, scalar

FIELDS = list(shapes.Integration.model_fields)


def test_what_is_added_has_its_defaults_and_is_read_by_the_next_sync(endpoint: Endpoint) -> None:
    """Sealed, previewed, and never shown."""
    mine = resource(endpoint)
    key = "sandbox.management"
    body = {"provider_name": "openrouter", "credentials": {"api_key": key}}
    for path in ("", "/"):
        response = mine.ask("POST", path, body)
        assert response.status_code == 201
        assert "verification" not in response.json()
        assert key not in response.text
    added = response.json()["integration"]
    assert list(added) == FIELDS
    defaults = {"key_label": "", "is_active": True, "is_primary": False, "spend_limit_amount": None,
                "spend_limit_period": "monthly", "spend_limit_action": "warn", "spend_limit_exceeded": False,
                "health_status": "healthy", "consecutive_failures": 0, "cached_currency": "USD"}  # fmt: skip
    assert {name: added[name] for name in defaults} == defaults
    sealed = scalar(endpoint.database, "select credentials from integrations where id = :id", id=added["id"])
    assert key not in sealed
    assert mine.listed()["total"] == 2


def test_every_field_that_is_sent_is_kept(endpoint: Endpoint) -> None:
    """An amount digit for digit, also where no double could hold it."""
    mine = resource(endpoint)
    body = (
        '{"provider_name": "groq", "credentials": {"api_key": "gsk_0123456789"}, "key_label": "Büro 1",'
        ' "is_primary": true, "daily_limit": 500, "minute_limit": 5.0,'
        ' "spend_limit_amount": 123456789.012345678901234567890, "spend_limit_period": "daily",'
        ' "spend_limit_action": "block"}'
    )
    added = mine.ask("POST", "/", body.encode()).json()["integration"]
    assert (added["key_label"], added["is_primary"]) == ("Büro 1", True)
    assert (added["spend_limit_period"], added["spend_limit_action"]) == ("daily", "block")
    (row,) = read(endpoint.database, "select * from integrations where id = :id", id=added["id"])
    assert (row["daily_limit"], row["minute_limit"]) == (500, 5)
    assert str(row["spend_limit_amount"]) == "123456789.012345678901234567890"


GOOD = {"provider_name": "groq", "credentials": {"api_key": "gsk_0123456789"}}
SECRET = "sk-canary-0123456789"
WRONG = {
    "no provider": ({"credentials": {"api_key": SECRET}}, "'provider_name' is missing"),
    "no credentials": ({"provider_name": "groq"}, "'credentials' is missing"),
    "unknown provider": (GOOD | {"provider_name": SECRET}, "'provider_name' is malformed: it must be one of"),
    "provider of another type": (GOOD | {"provider_name": 1}, "'provider_name' is malformed"),
    "unknown field": (GOOD | {"daily_limits": 1}, "a field 'daily_limits' that this route does not take"),
    "field named like a key": (GOOD | {SECRET: 1}, "a field that this route does not take"),
    "is_active at once": (GOOD | {"is_active": True}, "a field 'is_active'"),
    "credentials as text": (GOOD | {"credentials": SECRET}, "'credentials' is malformed"),
    "credentials as a list": (GOOD | {"credentials": [SECRET]}, "'credentials' is malformed"),
    "no credential": (GOOD | {"credentials": {}}, "'credentials' is malformed"),
    "credential of another type": (GOOD | {"credentials": {"api_key": 5}}, "'credentials' is malformed"),
    "credential by another name": (GOOD | {"credentials": {SECRET: "api_key"}}, "Groq does not take: it takes api_key"),
    "empty credential": (GOOD | {"credentials": {"api_key": " "}}, "The credential 'api_key' is empty"),
    "credential too long": (GOOD | {"credentials": {"api_key": "k" * 5000}}, "is too long"),
    "half a surrogate": (GOOD | {"credentials": {"api_key": SECRET + "\ud800"}}, "cannot be printed"),
    "credential with NUL": (GOOD | {"credentials": {"api_key": SECRET + "\0"}}, "cannot be printed"),
    "from the environment": (GOOD | {"credentials": {"api_key": "env:PATH"}}, "a reference is not taken over HTTP"),
    "from a file": (GOOD | {"credentials": {"api_key": "file:/etc/passwd"}}, "a reference is not taken over HTTP"),
    "address of no proxy": (
        {"provider_name": "litellm", "credentials": {"api_key": SECRET, "base_url": "ftp://canary.example"}},
        "base_url is not an address of the form https://host",
    ),
    "label of another type": (GOOD | {"key_label": None}, "'key_label' is malformed"),
    "label too long": (GOOD | {"key_label": "x" * 101}, "'key_label' is malformed"),
    "label with a line break": (GOOD | {"key_label": "a\nb"}, "'key_label' is malformed"),
    "label of half a surrogate": (GOOD | {"key_label": "\udfff"}, "'key_label' is malformed"),
    "truth as a number": (GOOD | {"is_primary": 1}, "'is_primary' is malformed"),
    "truth as text": (GOOD | {"is_primary": "true"}, "'is_primary' is malformed"),
    "limit of nothing": (GOOD | {"daily_limit": 0}, "'daily_limit' is malformed"),
    "limit as text": (GOOD | {"daily_limit": "5"}, "'daily_limit' is malformed"),
    "limit of a half": (GOOD | {"minute_limit": 0.5}, "'minute_limit' is malformed"),
    "limit beyond a bigint": (GOOD | {"minute_limit": 2**63}, "'minute_limit' is malformed"),
    "amount as text": (GOOD | {"spend_limit_amount": "100"}, "'spend_limit_amount' is malformed: it must be a number"),
    "amount as truth": (GOOD | {"spend_limit_amount": True}, "'spend_limit_amount' is malformed"),
    "negative amount": (GOOD | {"spend_limit_amount": -0.01}, "'spend_limit_amount' is malformed"),
    "a trillion": (GOOD | {"spend_limit_amount": 10**12}, "'spend_limit_amount' is malformed"),
    "period of a week": (GOOD | {"spend_limit_period": "weekly"}, "'spend_limit_period' is malformed"),
    "period of nothing": (GOOD | {"spend_limit_period": None}, "'spend_limit_period' is malformed"),
    "action of nobody": (GOOD | {"spend_limit_action": "shout"}, "'spend_limit_action' is malformed"),
    "a list": ([GOOD], "must be one JSON object"),
    "a number": (5, "must be one JSON object"),
    "nothing": (b"", "must be one JSON object"),
    "half of one": (b'{"provider_name": "groq", ', "must be one JSON object"),
    "not UTF-8": (b'{"provider_name": "\xff"}', "must be one JSON object"),
    "twice": (b'{"provider_name": "groq", "provider_name": "groq"}', "must be one JSON object"),
    "not a number": (b'{"spend_limit_amount": NaN}', "must be one JSON object"),
    "an exponent without end": (b'{"provider_name": "groq", "credentials": {"api_key": "k"}, '
                                b'"spend_limit_amount": 1e-999999999}', "'spend_limit_amount' is malformed"),
    "as many nines as fit": (b'{"daily_limit": ' + b"9" * 60_000 + b"}", "must be one JSON object"),
    "as deep as fits": (b'{"a":' * 10_000 + b"1" + b"}" * 10_000, "must be one JSON object"),
}  # fmt: skip


def test_an_address_of_ones_own_is_taken(endpoint: Endpoint) -> None:
    """Where it leads is checked at each reading, when it is known: see `outbound/test_reach.py`."""
    given = {"api_key": "sk-litellm-0123456789", "base_url": "https://models.acme.example"}
    response = resource(endpoint).ask("POST", "/", {"provider_name": "litellm", "credentials": given})
    assert response.status_code == 201


@pytest.mark.parametrize(("body", "sentence"), WRONG.values(), ids=WRONG)
def test_what_is_malformed_is_named_and_not_quoted(endpoint: Endpoint, body: object, sentence: str) -> None:
    """One sentence; nothing is stored, and no value comes back."""
    mine = resource(endpoint)
    response = mine.ask("POST", "/", body)
    assert response.status_code == 422
    said = error_of(response)
    assert sentence in said
    assert "canary" not in said
    assert "\n" not in said
    assert mine.listed()["total"] == 0


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "", "application/json; charset=latin-1", "json"]
)
def test_a_body_is_json(mine: Resource, kind: str) -> None:
    for method, path in (("POST", "/"), ("PATCH", f"/{mine.ids[0]}")):
        response = mine.ask(method, path, "{}", headers={"Content-Type": kind})
        assert response.status_code == 415
        assert "application/json" in error_of(response)
    accepted = mine.ask("PATCH", f"/{mine.ids[0]}", "{}", headers={"Content-Type": "Application/JSON; charset=UTF-8"})
    assert accepted.status_code == 200


def test_a_body_without_an_end_is_cut_off(mine: Resource) -> None:
    """Announced or in chunks that never say how many there will be."""
    for body in (b" " * 65_537, iter([b" " * 10_000] * 100)):
        response = mine.ask("POST", "/", headers={"Content-Type": "application/json"}, data=body)
        assert response.status_code == 413
        assert "too large" in error_of(response)
