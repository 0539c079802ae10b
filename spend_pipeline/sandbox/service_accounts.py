"""Google service accounts of the sandbox: makes their JSON, and checks the JWTs signed with it."""

import base64
import json
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256, Hash
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from spend_pipeline.sandbox.wire import Json

PROJECT = "acme"
_CLOCK_SKEW = 10


class BadAssertion(Exception):
    """A JWT that Google would refuse; the message is Google's description."""


@dataclass(frozen=True)
class SigningKey:
    """The RSA key that all service accounts of one running sandbox share."""

    private: RSAPrivateKey

    @cached_property
    def key_id(self) -> str:
        """The fingerprint that stands in the JSON as private_key_id."""
        digest = Hash(SHA256())
        digest.update(self.private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))
        return digest.finalize().hex()[:40]

    @cached_property
    def pem(self) -> str:
        """The private key as the JSON carries it."""
        return self.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()

    def service_account(self, token_uri: str, account: str, fault: str = "") -> str:
        """The JSON text of a service account; the account's name and its fault stand in the e-mail address."""
        local_part = f"{account}.fault-{fault}" if fault else account
        email = f"{local_part}@{PROJECT}.iam.gserviceaccount.com"
        named = {
            "type": "service_account",
            "project_id": PROJECT,
            "private_key_id": self.key_id,
            "private_key": self.pem,
        }
        return json.dumps(named | {"client_email": email, "client_id": "100000000000000000001", "token_uri": token_uri})

    def verified_claims(self, assertion: str, audience: str, now: datetime) -> Json:
        """The claims of a JWT signed by this key for this audience and valid at this moment; raises BadAssertion."""
        signed, _, signature = assertion.rpartition(".")
        try:
            self.private.public_key().verify(_decoded(signature), signed.encode(), PKCS1v15(), SHA256())
            header, claims = (json.loads(_decoded(part)) for part in signed.split("."))
            issued, expires = int(claims["iat"]), int(claims["exp"])
        except InvalidSignature:
            raise BadAssertion("Invalid JWT Signature.") from None
        except (ValueError, KeyError, TypeError):
            raise BadAssertion("Bad Request") from None
        if header.get("alg") != "RS256" or claims.get("aud") != audience:
            raise BadAssertion("Invalid JWT: Failed audience check.")
        if not issued - _CLOCK_SKEW <= now.timestamp() <= min(expires, issued + 3600) + _CLOCK_SKEW:
            raise BadAssertion(
                "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe."
            )
        return claims


def new_signing_key() -> SigningKey:
    """A fresh RSA key."""
    return SigningKey(generate_private_key(public_exponent=65537, key_size=2048))


def _decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
