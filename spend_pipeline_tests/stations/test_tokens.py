"""Client tokens: made to be recognised, and checked without a crash whatever somebody sends."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spend_pipeline.tokens import ALPHABET, LENGTH, PREFIX, digest, new_token, well_formed

CHARACTERS = st.characters(exclude_categories=())  # lone surrogates included
ANYTHING = st.text(CHARACTERS, max_size=2 * LENGTH)
ALMOST = st.text(CHARACTERS, min_size=LENGTH - len(PREFIX), max_size=LENGTH - len(PREFIX)).map(PREFIX.__add__)


def test_new_tokens_are_well_formed_and_all_different() -> None:
    tokens = {new_token().text for _ in range(1000)}
    assert len(tokens) == 1000
    assert all(well_formed(token) for token in tokens)
    assert all(len(token) == LENGTH and set(token[len(PREFIX) :]) <= set(ALPHABET) for token in tokens)


def test_a_token_is_nowhere_but_in_its_text() -> None:
    """Not in its repr; its digest is the SHA-256, and its preview shows four characters and three."""
    token = new_token()
    assert token.text[6:] not in repr(token)
    assert token.digest == hashlib.sha256(token.text.encode()).digest()
    assert token.preview == f"{token.text[:10]}...{token.text[-3:]}"


@given(st.integers(len(PREFIX), LENGTH - 1), st.sampled_from(ALPHABET))
def test_a_mistyped_character_is_noticed(position: int, other: str) -> None:
    """Without asking the database."""
    token = new_token().text
    mistyped = token[:position] + other + token[position + 1 :]
    assert well_formed(mistyped) == (mistyped == token)


@pytest.mark.parametrize(
    "change", [str.upper, str.lower, str.strip, lambda token: token[:-1], lambda token: token + "0"]
)
def test_what_is_nearly_a_token_is_none(change: object) -> None:
    token = new_token().text
    changed = change(f"{token} ")[: LENGTH + 1]  # type: ignore[operator]
    assert well_formed(changed) == (changed == token)


@given(ANYTHING | ALMOST)
def test_nothing_that_can_be_sent_breaks_the_check(text: str) -> None:
    """8-bit characters, other scripts, half a surrogate pair: no token, and a digest nobody has."""
    assert not well_formed(text)
    assert len(digest(text)) == 32


@given(ANYTHING, ANYTHING)
def test_two_texts_have_two_digests(one: str, other: str) -> None:
    """Whatever characters they are made of."""
    assert (digest(one) == digest(other)) == (one == other)
