"""The signature of a webhook, as the Standard Webhooks specification has it: HMAC-SHA256 over id, time and body."""

import base64
import binascii
import hashlib
import hmac
import secrets

from spend_pipeline.errors import UserError

PREFIX = "whsec_"
BYTES = 32
SHORTEST, LONGEST = 24, 64  # as the specification wants


def new_secret() -> str:
    return PREFIX + base64.b64encode(secrets.token_bytes(BYTES)).decode()


def key_of(secret: str) -> bytes:
    """The key that a secret `whsec_<base64>` writes. Raises UserError, which does not quote it."""
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (ValueError, binascii.Error):
        key = b""
    if not secret.startswith(PREFIX) or not SHORTEST <= len(key) <= LONGEST:
        raise UserError(f"The secret must be {PREFIX} and {SHORTEST} to {LONGEST} bytes in base64")
    return key


def signed(secret: str, message_id: str, seconds: int, body: bytes) -> dict[str, str]:
    """The three headers by which a receiver knows who sent this body, and when."""
    content = f"{message_id}.{seconds}.".encode() + body
    digest = hmac.new(key_of(secret), content, hashlib.sha256).digest()
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(seconds),
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }
