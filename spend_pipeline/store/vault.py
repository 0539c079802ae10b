"""The vault: secrets sealed with AES-256-GCM, each bound to its client and row, under a ring of keys."""

import base64
import binascii
import hashlib
import json
import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from spend_pipeline.errors import NotConfigured, Unavailable, UserError
from spend_pipeline.outbound.ask import Credentials

VERSION = "v1"
NONCE_BYTES = 12
CREDENTIAL = ("credential", "integration")
CHANNEL = ("address of a channel", "channel")


@dataclass(frozen=True)
class Vault:
    """A ring of 256-bit keys by their ids. The first seals; any opens.

    `reread` reads the ring again where it is kept: another process may have put a key into it since.
    """

    keys: dict[str, bytes] = field(repr=False)
    reread: "Callable[[], Vault] | None" = field(default=None, repr=False, compare=False)

    @property
    def first(self) -> str:
        """The id of the key that seals."""
        return next(iter(self.keys))

    def seal(self, credentials: Credentials, *, client_id: int, integration_id: int) -> str:
        """The credentials as text that only this row, with one of these keys, turns back: `v1.<key id>.<base64>`."""
        return self._seal(credentials, _row(client_id, integration_id, "credentials"))

    def open(self, sealed: str, *, client_id: int, integration_id: int) -> Credentials:
        """The credentials. Raises NotConfigured where the key is not in the ring or the text is not this row's."""
        return self._open(sealed, _row(client_id, integration_id, "credentials"), CREDENTIAL)

    def seal_channel(self, address: Credentials, *, client_id: int, channel_id: int) -> str:
        """The address of a channel for alerts, in the same way; as a credential, it opens nothing."""
        return self._seal(address, _row(client_id, channel_id, "channel"))

    def open_channel(self, sealed: str, *, client_id: int, channel_id: int) -> Credentials:
        """The address. Raises NotConfigured as `open` does."""
        return self._open(sealed, _row(client_id, channel_id, "channel"), CHANNEL)

    def _seal(self, secret: Credentials, row: bytes) -> str:
        key_id, key = next(iter(self.keys.items()))
        nonce = os.urandom(NONCE_BYTES)
        sealed = AESGCM(key).encrypt(nonce, json.dumps(dict(secret)).encode(), row)
        return f"{VERSION}.{key_id}.{base64.b64encode(nonce + sealed).decode()}"

    def _open(self, sealed: str, row: bytes, what: tuple[str, str]) -> Credentials:
        name, owner = what
        try:
            version, key_id, body = sealed.split(".")
            packed = base64.b64decode(body, validate=True)
        except (ValueError, binascii.Error):
            raise NotConfigured(f"The stored {name} cannot be decrypted: its text is damaged") from None
        if len(packed) <= NONCE_BYTES:
            raise NotConfigured(f"The stored {name} cannot be decrypted: its text is damaged")
        key = self._key(key_id) if version == VERSION else None
        if key is None:
            raise NotConfigured(
                f"The stored {name} cannot be decrypted: the key it was sealed with is not in SPEND_SECRET_KEY "
                "or the key file"
            )
        nonce, ciphertext = packed[:NONCE_BYTES], packed[NONCE_BYTES:]
        try:
            plain = AESGCM(key).decrypt(nonce, ciphertext, row)
        except InvalidTag:
            raise NotConfigured(f"The stored {name} cannot be decrypted: it was not sealed for this {owner}") from None
        opened: dict[str, str] = json.loads(plain)
        return opened

    def _key(self, key_id: str) -> bytes | None:
        if key_id in self.keys or self.reread is None:
            return self.keys.get(key_id)
        try:
            return self.reread().keys.get(key_id)
        except (OSError, UserError, ValueError):
            return None


def ring(text: str) -> Vault:
    """A vault from keys in base64, separated by commas. Raises UserError; no key is quoted."""
    keys = {}
    for part in text.split(","):
        try:
            key = base64.b64decode(part.strip(), altchars=b"-_", validate=True)
        except (ValueError, binascii.Error):
            key = b""
        if len(key) != 32:
            raise UserError("SPEND_SECRET_KEY is not 32 bytes in base64: make one with `openssl rand -base64 32`")
        keys[hashlib.sha256(key).hexdigest()[:8]] = key
    return Vault(keys)


def ring_in_file(path: Path, *, sealed_rows_exist: bool) -> Vault:
    """The vault whose key is kept in a file of mode 0600, made at first use.

    Raises Unavailable rather than make a second one, and where the file cannot be read or holds no key.
    """
    if not path.exists() and sealed_rows_exist:
        raise Unavailable(f"The secret key {path} is gone, and stored credentials need it: restore it from your backup")
    try:
        if not path.exists():
            _make_key_file(path)
        return Vault(_ring_of(path).keys, reread=lambda: _ring_of(path))
    except OSError as error:
        raise Unavailable(f"The secret key {path} cannot be read or made ({error.strerror})") from None
    except (UserError, UnicodeDecodeError):
        raise Unavailable(f"The secret key {path} is damaged: restore it from your backup") from None


def renew_key_file(path: Path) -> None:
    """Puts a new key first; the one that sealed until now stays behind it, for whoever read the file a moment ago."""
    (sealed_until_now, *_) = path.read_text(encoding="ascii").split(",")
    draft = _draft(path, f"{_new_key()},{sealed_until_now.strip()}")
    os.replace(draft, path)
    _settle(path.parent)


def _ring_of(path: Path) -> Vault:
    return ring(path.read_text(encoding="ascii").strip())


def _make_key_file(path: Path) -> None:
    """Whole or not at all: of two processes that make it at once, one's stands, and both read that."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = _draft(path, _new_key())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        os.unlink(draft)
    _settle(path.parent)


def _new_key() -> str:
    return base64.b64encode(os.urandom(32)).decode()


def _draft(path: Path, content: str) -> str:
    """A file of mode 0600 beside the path, on the disk: what is sealed with it may be there sooner otherwise."""
    handle, draft = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "w") as file:
        file.write(content + "\n")
        file.flush()
        os.fsync(file.fileno())
    return draft


def _settle(folder: Path) -> None:
    """The folder's own entry of a file reaches the disk by itself otherwise, some time."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _row(client_id: int, row_id: int, column: str) -> bytes:
    return f"{client_id}|{row_id}|{column}".encode()
