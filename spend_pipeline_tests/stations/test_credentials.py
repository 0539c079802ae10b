"""Credentials: refused with the right names and never the value, previewed, and followed where they are references."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spend_pipeline.credentials import absolute, checked, is_reference, preview, resolved
from spend_pipeline.errors import NotConfigured, UserError
from spend_pipeline.providers import PROVIDERS

COHERE, GOOGLE, OPENROUTER = PROVIDERS["cohere"], PROVIDERS["google_ai"], PROVIDERS["openrouter"]
KEY = "sk-or-v1-0123456789abcdef"
DOCUMENT = '{\n  "type": "service_account",\n  "name": "Über"\n}'
REFUSED = {
    "a line break inside": "sk-secret\nX-Injected: 1",
    "a line break behind": "sk-secret\n",
    "a carriage return": "sk-secret\r",
    "a space": "sk-secret two",
    "a tab": "sk-secret\ttwo",
    "a NUL": "sk-secret\0",
    "an umlaut": "sk-secret-ü",
    "a zero-width space": "sk-secret\u200b",
    "a BOM": "\ufeffsk-secret",
    "half a surrogate pair": "sk-secret\ud800",
    "empty": "",
    "blank": " \t\n",
    "10 kB": "sk-secret" + "x" * 10_000,
}


def test_a_good_key_is_kept_as_given() -> None:
    assert checked(OPENROUTER, {"api_key": KEY}) == {"api_key": KEY}
    assert resolved(OPENROUTER, {"api_key": KEY}) == {"api_key": KEY}


@pytest.mark.parametrize("value", REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_a_key_is_refused_when_entered_and_before_use(value: str) -> None:
    """By its name; the value is in no message."""
    with pytest.raises(UserError, match="The credential 'api_key' ") as entered:
        checked(OPENROUTER, {"api_key": value})
    with pytest.raises(NotConfigured, match="The credential 'api_key' ") as used:
        resolved(OPENROUTER, {"api_key": value})
    assert str(entered.value) == str(used.value)
    assert "secret" not in str(entered.value)
    assert len(str(entered.value)) < 120


def test_an_unknown_name_is_told_the_right_ones() -> None:
    """And its value stays where it was."""
    with pytest.raises(UserError) as raised:
        checked(COHERE, {"apikey": "sk-secret"})
    message = "Cohere has no credential 'apikey': it takes api_key, dashboard_token, organization_id"
    assert str(raised.value) == message
    with pytest.raises(NotConfigured, match="Cohere no longer takes a credential 'apikey'"):
        resolved(COHERE, {"apikey": "sk-secret"})


def test_what_opens_nothing_is_told_what_would() -> None:
    for given_ in ({}, {"dashboard_token": "t"}):
        with pytest.raises(UserError, match=r"api_key or dashboard_token \+ organization_id"):
            checked(COHERE, given_)


def test_a_document_may_have_lines_and_any_letters() -> None:
    """A key file is text of several lines; a key is not."""
    assert checked(GOOGLE, {"service_account": DOCUMENT, "billing_table": "a.b.c"})["service_account"] == DOCUMENT
    with pytest.raises(UserError, match="too long"):
        checked(GOOGLE, {"service_account": "x" * 70_000, "billing_table": "a.b.c"})


def test_a_reference_to_the_environment_is_followed_at_each_use(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is stored is the reference, so that a new key needs no new entry."""
    monkeypatch.setenv("OUR_KEY", f" {KEY}\n")
    stored = checked(OPENROUTER, {"api_key": "env:OUR_KEY"})
    assert stored == {"api_key": "env:OUR_KEY"}
    assert resolved(OPENROUTER, stored) == {"api_key": KEY}
    monkeypatch.setenv("OUR_KEY", "another")
    assert resolved(OPENROUTER, stored) == {"api_key": "another"}


def test_a_reference_to_a_file_is_followed(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text(f"{KEY}\n")
    stored = checked(OPENROUTER, {"api_key": f"file:{file}"})
    assert resolved(OPENROUTER, stored) == {"api_key": KEY}


@pytest.mark.parametrize(
    "reference",
    [
        *("env:NOT_THERE", "env:", "env:a=b", "env:a\0b", "env:\ud800"),
        *(
            "file:/not/there",
            "file:",
            "file:.",
            "file:a\0b",
            "file:\ud800",
            "file:/proc/self/mem",
            "file:" + "x" * 9999,
        ),
    ],
    ids=ascii,
)
def test_a_reference_to_nothing_is_said_as_a_sentence(reference: str) -> None:
    """Whatever it looks like."""
    with pytest.raises(UserError, match="'api_key' refers to"):
        checked(OPENROUTER, {"api_key": reference})
    with pytest.raises(NotConfigured, match="'api_key' refers to"):
        resolved(OPENROUTER, {"api_key": reference})


@pytest.mark.parametrize("value", [value for value in REFUSED.values() if value.strip() == value and "\0" not in value])
def test_what_a_reference_points_at_is_checked_and_never_quoted(value: str, tmp_path: Path) -> None:
    """Also where the file is not text at all."""
    file = tmp_path / "key"
    file.write_bytes(value.encode(errors="surrogatepass"))
    with pytest.raises(UserError) as raised:
        checked(OPENROUTER, {"api_key": f"file:{file}"})
    assert "secret" not in str(raised.value)


def test_a_file_is_named_so_that_it_is_the_same_from_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "me"))
    assert absolute("file:key") == f"file:{tmp_path / 'key'}"
    assert absolute("file:~/key") == f"file:{tmp_path / 'me' / 'key'}"
    assert absolute("env:KEY") == "env:KEY"
    assert absolute(KEY) == KEY


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("sk-or-v1-abc123", "sk-o...123"),
        ("twelve-chars", "twel...ars"),
        ("eleven-char", "..."),
        ("", "..."),
        (DOCUMENT, "..."),
        (' {"private_key": "x"}', "..."),
        ("env:OUR_KEY", "env:OUR_KEY"),
        ("file:/run/secrets/key", "file:/run/secrets/key"),
    ],
)
def test_a_preview_is_four_characters_and_three(value: str, shown: str) -> None:
    """A reference whole, a document or a short key not at all."""
    assert preview({"api_key": value}) == {"api_key": shown}


@given(st.text(max_size=200))
def test_a_preview_gives_no_more_than_seven_characters_away(value: str) -> None:
    shown = preview({"api_key": value})["api_key"]
    assert is_reference(value) or len(shown) <= 10
