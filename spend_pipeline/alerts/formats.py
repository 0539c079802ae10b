"""A message as each kind of channel takes it: JSON for Slack, Discord, Teams and programs, and an e-mail's text."""

import re
from collections.abc import Callable
from typing import Any

from spend_pipeline.alerts.message import Message
from spend_pipeline.period import stamp

Json = dict[str, Any]
RED, GREEN = 0xA1260D, 0x0B6354
DISCORD_MARKUP = re.compile(r"([\\*_~`|>\[\]#@<:])")


def slack(message: Message) -> Json:
    """Blocks of plain text, in which nothing is markup; `text` is what a notification shows."""
    text = f"{message.words.title}: {message.words.sentence}"
    return {
        "text": text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"),
        "blocks": [
            {"type": "header", "text": _plain(message.words.title)},
            {"type": "section", "text": _plain("\n".join(message.lines))},
            {"type": "context", "elements": [_plain(message.context)]},
        ],
    }


def discord(message: Message) -> Json:
    """An embed whose text is escaped, and that mentions nobody."""
    return {
        "allowed_mentions": {"parse": []},
        "embeds": [
            {
                "title": message.words.title,
                "description": DISCORD_MARKUP.sub(r"\\\1", "\n".join(message.lines)),
                "color": GREEN if message.is_good_news else RED,
                "footer": {"text": message.context},
            }
        ],
    }


def teams(message: Message) -> Json:
    """An Adaptive Card, as a Teams workflow posts it; text runs know no markup."""
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": [
            {
                "type": "TextBlock",
                "text": message.words.title,
                "size": "Medium",
                "weight": "Bolder",
                "color": "Good" if message.is_good_news else "Attention",
                "wrap": True,
            },
            *({"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": line}]} for line in message.lines),
            {
                "type": "RichTextBlock",
                "inlines": [{"type": "TextRun", "text": message.context, "isSubtle": True, "size": "Small"}],
            },
        ],
    }
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": card}
    return {"type": "message", "attachments": [attachment]}


def webhook(message: Message) -> Json:
    """For programs: the event, when it happened, the alert as data, and the words."""
    said = {"title": message.words.title, "message": message.words.sentence, "what_to_do": message.words.action or None}
    return {
        "type": "test" if message.event == "test" else f"alert.{message.event}",
        "timestamp": stamp(message.at),
        "data": {**message.fields, **said},
    }


FORMATS: dict[str, Callable[[Message], Json]] = {
    "slack": slack,
    "discord": discord,
    "teams": teams,
    "webhook": webhook,
}


def subject(message: Message) -> str:
    return f"{message.words.title}: {message.account} ({message.client})"


def plain_text(message: Message) -> str:
    """An e-mail's body."""
    return "\n\n".join([*message.lines, message.context]) + "\n"


def _plain(text: str) -> Json:
    return {"type": "plain_text", "text": text, "emoji": False}
