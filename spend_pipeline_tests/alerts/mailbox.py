"""A real mail server on loopback that keeps what it is sent: plain, with STARTTLS, or over TLS from the first byte."""

import asyncio
import email
import email.policy
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

USER, PASSWORD = "spend", "correct horse"


@dataclass
class Mailbox:
    """What came, and where it is taken."""

    port: int = 0
    refused: frozenset[str] = frozenset()
    got: list[EmailMessage] = field(default_factory=list)
    recipients: list[list[str]] = field(default_factory=list)

    async def handle_RCPT(self, _: Any, __: Any, envelope: Any, address: str, ___: Any) -> str:  # noqa: N802
        if address in self.refused:
            return "550 nobody here by that name"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _: Any, __: Any, envelope: Any) -> str:  # noqa: N802
        self.got.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
        self.recipients.append(envelope.rcpt_tos)
        return "250 taken"


class _OnAnyPort(Controller):
    """A server whose port the system chooses: it is asked for once it listens, before the server tries itself."""

    def _trigger_server(self) -> None:
        assert isinstance(self.server, asyncio.Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]


@contextmanager
def mail_server(tls: ssl.SSLContext | None = None, *, at_once: bool = False, login: bool = False) -> Iterator[Mailbox]:
    """On a free port, until the block ends. With TLS, by STARTTLS unless `at_once`."""
    mailbox = Mailbox()
    options: dict[str, Any] = {}
    if tls is not None:
        options = {"ssl_context": tls} if at_once else {"tls_context": tls, "require_starttls": True}
    if login:
        options |= {
            "authenticator": _authenticate,
            "auth_required": True,
            "auth_require_tls": tls is not None and not at_once,
        }
    controller = _OnAnyPort(mailbox, hostname="127.0.0.1", port=0, **options)
    controller.start()
    try:
        mailbox.port = controller.port
        yield mailbox
    finally:
        controller.stop()


def _authenticate(_: Any, __: Any, ___: Any, ____: str, given: LoginPassword) -> AuthResult:
    right = (given.login, given.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=right, handled=right)
