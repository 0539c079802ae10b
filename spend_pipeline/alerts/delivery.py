"""One message to one channel, within a deadline: sent, or why not, in one sentence of ours without the address."""

import json
from dataclasses import dataclass, field

from spend_pipeline.alerts import formats, signature
from spend_pipeline.alerts.channel import Channel
from spend_pipeline.alerts.message import Message
from spend_pipeline.errors import NotConfigured, ProviderFailure
from spend_pipeline.outbound.ask import Ask
from spend_pipeline.outbound.client import Client
from spend_pipeline.outbound.deadline import Deadline
from spend_pipeline.outbound.mail import Mail, Mailer

SECONDS = 10.0
OUT_OF_REACH = (
    "The channel's address is not asked: it must be a public https address that can be found, "
    "or one that SPEND_ALLOWED_HOSTS allows"
)
NO_SERVER = "There is no server to send e-mail by: whoever runs spend-pipeline sets SPEND_SMTP_HOST and SPEND_SMTP_FROM"


class Undelivered(Exception):
    """A message that did not arrive, as far as we know: one sentence that says why."""


@dataclass(frozen=True)
class Postman:
    """What messages are sent by: the one HTTP client, and the operator's mail server, if there is one."""

    client: Client
    mailer: Mailer | None = None
    seconds: float = field(default=SECONDS)

    def deliver(self, message: Message, channel: Channel, now_seconds: int) -> str:
        """What came back. Raises Undelivered."""
        if channel.kind == "email":
            return self._mailed(message, channel)
        return self._posted(message, channel, now_seconds)

    def _posted(self, message: Message, channel: Channel, now_seconds: int) -> str:
        body = json.dumps(formats.FORMATS[channel.kind](message), separators=(",", ":")).encode()
        headers = {"Content-Type": "application/json", "webhook-id": message.id}
        if channel.kind == "webhook":
            headers |= signature.signed(channel.address["secret"], message.id, now_seconds, body)
        ask, deadline = Ask(method="POST", data=body), Deadline.after(self.seconds)
        try:
            # Whoever set it up chose the address, also the operator's own: within reach, or allowed by name.
            answer = self.client.send(ask, channel.address["url"], headers, deadline, from_client=True)
        except NotConfigured:
            raise Undelivered(OUT_OF_REACH) from None
        except ProviderFailure as failure:
            raise Undelivered(str(failure).replace("the provider", "the channel")) from None
        if not 200 <= answer.status < 300:
            raise Undelivered(_refusal(answer.status))
        return f"The channel took it (HTTP {answer.status})"

    def _mailed(self, message: Message, channel: Channel) -> str:
        if self.mailer is None:
            raise Undelivered(NO_SERVER)
        mail = Mail(
            message.id,
            channel.address["to"].split(","),
            formats.subject(message),
            formats.plain_text(message),
            message.at,
        )
        try:
            self.mailer.send(mail, self.seconds)
        except ProviderFailure as failure:
            raise Undelivered(str(failure)) from None
        return "The mail server took it"


def _refusal(status: int) -> str:
    match status:
        case 401 | 403 | 404 | 410:
            return (
                f"The channel's address is not accepted (HTTP {status}): it may have been revoked; add the channel anew"
            )
        case 429:
            return "The channel is limiting our messages (HTTP 429)"
        case _ if 300 <= status < 400:
            return f"The channel redirects elsewhere (HTTP {status}), where messages are never sent"
        case _ if status >= 500:
            return f"The channel's server failed (HTTP {status})"
    return f"The channel does not take the message (HTTP {status})"
