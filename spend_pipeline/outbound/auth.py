"""How a request is signed: the header a key travels in."""

from dataclasses import dataclass

from spend_pipeline.outbound.ask import Credentials


@dataclass(frozen=True)
class HeaderKey:
    """A credential in a header, behind a scheme word where the provider wants one."""

    header: str
    credential: str = "api_key"
    scheme: str = ""

    def headers(self, credentials: Credentials) -> dict[str, str]:
        """The header to send, with the key in it."""
        return {self.header: f"{self.scheme} {credentials[self.credential]}".strip()}


def bearer(credential: str = "api_key") -> HeaderKey:
    """`Authorization: Bearer <key>`."""
    return HeaderKey("Authorization", credential, scheme="Bearer")
