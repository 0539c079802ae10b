"""Client tokens: 256 random bits behind a prefix, with a checksum; kept only as their SHA-256."""

import hashlib
import secrets
import zlib
from dataclasses import dataclass, field

PREFIX = "spend_"
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
BODY, CHECK = 43, 6  # base62 digits that hold 256 and 32 bits
LENGTH = len(PREFIX) + BODY + CHECK


@dataclass(frozen=True)
class Token:
    """A new token: shown once as `text`, stored as `digest`, recognised later by `preview`."""

    text: str = field(repr=False)

    @property
    def digest(self) -> bytes:
        return digest(self.text)

    @property
    def preview(self) -> str:
        return f"{self.text[: len(PREFIX) + 4]}...{self.text[-3:]}"


def new_token() -> Token:
    """A token nobody has seen before."""
    body = _base62(secrets.randbits(256), BODY)
    return Token(PREFIX + body + _checksum(body))


def well_formed(text: str) -> bool:
    """Whether this could be a token of ours at all; a secret scanner can ask the same."""
    body = text[len(PREFIX) : -CHECK]
    return len(text) == LENGTH and text.startswith(PREFIX) and text.endswith(_checksum(body))


def digest(text: str) -> bytes:
    """SHA-256: a slow hash is for passwords, which are guessable; 256 random bits are not."""
    return hashlib.sha256(_bytes(text)).digest()


def _bytes(text: str) -> bytes:
    return text.encode(errors="surrogatepass")  # half a pair of surrogates is no token, and no crash


def _checksum(body: str) -> str:
    return _base62(zlib.crc32(_bytes(body)), CHECK)


def _base62(number: int, width: int) -> str:
    digits = []
    for _ in range(width):
        number, digit = divmod(number, 62)
        digits.append(ALPHABET[digit])
    return "".join(reversed(digits))
