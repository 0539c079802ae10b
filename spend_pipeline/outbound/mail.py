"""E-mail, by the operator's server: within one deadline, over TLS that is verified, silent about secrets."""

import smtplib
import socket
import ssl
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime

from spend_pipeline.errors import Busy, NotConfigured, Refused

SECURITIES = ("starttls", "tls", "none")


@dataclass(frozen=True)
class Mail:
    """One message to some mailboxes; its id stays the same however often it is sent."""

    id: str
    to: Sequence[str]
    subject: str
    text: str
    at: datetime


@dataclass(frozen=True)
class Mailer:
    """The server to send by: `security` is starttls, tls from the first byte, or none."""

    host: str
    sender: str
    port: int = 587
    security: str = "starttls"
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    ca_bundle: str | None = None

    def send(self, mail: Mail, seconds: float) -> None:
        """Raises NotConfigured, Refused or Busy, none of which quotes the server."""
        written = self._written(mail)
        try:
            with self._connected(seconds) as server:
                if self.security == "starttls":
                    server.starttls(context=self._trust())
                    server.ehlo()
                if self.username is not None:
                    server.login(self.username, self.password or "")
                refused = server.send_message(written)
        except smtplib.SMTPAuthenticationError as error:
            raise Refused(
                f"The mail server does not accept the user or the password (SMTP {error.smtp_code})"
            ) from None
        except (smtplib.SMTPNotSupportedError, ssl.SSLError):
            raise NotConfigured(
                "The mail server speaks no TLS that can be verified, or takes no login: look at SPEND_SMTP_SECURITY"
            ) from None
        except smtplib.SMTPRecipientsRefused:
            raise Refused("The mail server refuses every recipient") from None
        except smtplib.SMTPResponseException as error:
            raise Refused(f"The mail server does not take the message (SMTP {error.smtp_code})") from None
        except (TimeoutError, smtplib.SMTPException, OSError):
            raise Busy(f"The mail server cannot be reached, hung up, or did not answer within {seconds:g} s") from None
        if refused:
            raise Refused(f"The mail server refuses {len(refused)} of {len(mail.to)} recipients")

    @contextmanager
    def _connected(self, seconds: float) -> Iterator[smtplib.SMTP]:
        """A connection that is cut when its time is over: a socket's own timeout starts anew with every byte."""
        server = self._server(seconds)
        server._host = self.host  # type: ignore[attr-defined]  # the name that TLS checks, which connect() does not keep
        cut = threading.Timer(seconds, _cut, [server])
        cut.daemon = True
        cut.start()
        try:
            server.connect(self.host, self.port)
            yield server
        finally:
            cut.cancel()
            with suppress(smtplib.SMTPException, OSError):
                server.quit()
            server.close()

    def _server(self, seconds: float) -> smtplib.SMTP:
        """Not connected yet. It greets by the sender's domain: looking our own name up can take any time."""
        domain = self.sender.rpartition("@")[2]
        if self.security == "tls":
            return smtplib.SMTP_SSL(local_hostname=domain, timeout=seconds, context=self._trust())
        return smtplib.SMTP(local_hostname=domain, timeout=seconds)

    def _trust(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self.ca_bundle)

    def _written(self, mail: Mail) -> EmailMessage:
        written = EmailMessage()
        written["From"] = self.sender
        written["To"] = ", ".join(mail.to)
        written["Subject"] = " ".join(mail.subject.split())
        written["Date"] = format_datetime(mail.at)
        written["Message-ID"] = f"<{mail.id}@{self.sender.rpartition('@')[2]}>"
        written["Auto-Submitted"] = "auto-generated"  # nobody's absence note answers it (RFC 3834)
        written.set_content(mail.text)
        return written


def _cut(server: smtplib.SMTP) -> None:
    with suppress(OSError):
        if server.sock is not None:
            server.sock.shutdown(socket.SHUT_RDWR)
