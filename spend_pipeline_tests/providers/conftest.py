"""What keeps these tests fast: waiting is recorded instead of done, and a key is checked once."""

from functools import cache

import pytest
from google.auth import crypt

_signer = cache(crypt.RSASigner.from_string)


@pytest.fixture(autouse=True)
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds the client meant to wait, in order."""
    asked: list[float] = []
    monkeypatch.setattr("spend_pipeline.outbound.client.time.sleep", asked.append)
    return asked


@pytest.fixture(autouse=True)
def _checked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Loading an RSA key checks that its primes are: longer than the rest of a conversation, so once is enough."""
    monkeypatch.setattr(crypt.RSASigner, "from_string", _signer)
