"""A channel as it is entered: where to send, checked; what may be shown of it; and the operator's own."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from spend_pipeline.alerts import signature
from spend_pipeline.errors import UserError

KINDS = ("slack", "discord", "teams", "webhook", "email")
LONGEST = 2048
MOST_RECIPIENTS = 10
MAILBOX = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})+")
OPERATORS = 0  # the number of the channel that SPEND_ALERT_CHANNEL names, which no row has


@dataclass(frozen=True)
class Channel:
    """Where messages go: `address` holds `url` and, for programs, `secret`; or `to`, mailboxes by commas."""

    id: int
    kind: str
    address: Mapping[str, str] = field(repr=False)


def checked(kind: str, where: str, secret: str | None = None) -> dict[str, str]:
    """The address of a channel of this kind, a secret made where one is needed. Raises UserError; quotes nothing."""
    if kind not in KINDS:
        raise UserError(f"A channel is one of these kinds: {', '.join(KINDS)}")
    if secret is not None and kind != "webhook":
        raise UserError("Only a channel of the kind webhook signs with a secret")
    if kind == "email":
        return {"to": ",".join(_mailboxes(where))}
    url = _url(where)
    if kind != "webhook":
        return {"url": url}
    secret = signature.new_secret() if secret is None else secret
    signature.key_of(secret)
    return {"url": url, "secret": secret}


def preview(kind: str, address: Mapping[str, str]) -> str:
    """What may be shown: the host and three characters of an address, the first letter of a mailbox."""
    if kind == "email":
        return ", ".join(f"{each[0]}...@{each.rpartition('@')[2]}" for each in address["to"].split(","))
    parts = urlsplit(address["url"])
    secret = parts.path + parts.query
    port = "" if parts.port is None else f":{parts.port}"
    return f"{parts.scheme}://{parts.hostname}{port}/...{secret[-3:] if len(secret) > 12 else ''}"


def operators(setting: str | None) -> Channel | None:
    """The operator's channel, from `KIND=URL`, `email=MAILBOX` or `webhook=URL SECRET`. Raises UserError."""
    if setting is None:
        return None
    kind, _, rest = setting.strip().partition("=")
    where, _, secret = rest.strip().partition(" ")
    return Channel(OPERATORS, kind, checked(kind, where, secret.strip() or None))


def _url(text: str) -> str:
    try:
        parts = urlsplit(text)
        known = parts.scheme in ("http", "https") and parts.hostname and (parts.port is None or parts.port)
    except ValueError:
        known = False
    if not known or len(text) > LONGEST or not (text.isascii() and text.isprintable() and " " not in text):
        raise UserError("The address of this channel must be a URL that starts with https://")
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise UserError("The address of this channel must be a URL without a user, a password or a fragment")
    return text


def _mailboxes(text: str) -> list[str]:
    boxes = [each.strip() for each in text.split(",") if each.strip()]
    if not 0 < len(boxes) <= MOST_RECIPIENTS or not all(MAILBOX.fullmatch(each) for each in boxes):
        raise UserError(
            f"A channel of the kind email takes one to {MOST_RECIPIENTS} mailboxes such as team@example.com"
        )
    return boxes
