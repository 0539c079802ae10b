"""What a channel receives: its own format, words a person understands, a signature that holds, no foreign markup."""

import json
import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from spend_pipeline.alerts import channel, formats, signature
from spend_pipeline.alerts.message import Message, message
from spend_pipeline.alerts.words import words
from spend_pipeline.errors import UserError
from spend_pipeline.house import TOP
from spend_pipeline.store import channels
from spend_pipeline_tests.alerts.conftest import LABELS, House, Receiver, body, low, raw
from spend_pipeline_tests.alerts.mailbox import Mailbox
from spend_pipeline_tests.conftest import NOON

ROW: dict[str, Any] = {
    "delivery_id": UUID(int=7), "event": "fired", "client": "acme", "client_id": 1, "alert_id": 2, "integration_id": 3,
    "provider_name": "openrouter", "key_label": "Production", "kind": "spend_limit", "period": "monthly",
    "period_start": date(2026, 11, 1), "action": "warn", "threshold": Decimal(100), "figure": Decimal("120.5"),
    "fired_at": NOON, "ended_at": None, "ended_because": None, "ended_figure": None,
}  # fmt: skip
LOW = {"kind": "low_balance", "period": None, "period_start": None, "action": None}
DAYS = LOW | {"kind": "low_days_left", "threshold": Decimal(7), "figure": Decimal("4.5")}
ENDED = {"ended_at": NOON, "ended_because": "recovered", "event": "recovered"}


def test_every_kind_of_channel_is_told_in_its_own_format(house: House, receiver: Receiver, mailbox: Mailbox) -> None:
    """Once each; the webhook's signature is the one that the Standard Webhooks specification wants."""
    ids = [house.add_channel(kind, receiver.url(f"/{kind}")) for kind in ("slack", "discord", "teams", "webhook")]
    house.add_channel("email", "team@example.com, boss@example.com")
    low(house)
    told = house.tell()
    assert (told.delivered, told.failed) == (5, 0)
    assert house.tell().delivered == 0
    got = {exchange.line.split()[1]: exchange for exchange in receiver.got()}
    sentence = "OpenRouter (Production): 5.00 USD left, below the threshold of 10.00 USD"
    assert body(got["/slack"])["text"] == f"Balance low: {sentence}"
    assert body(got["/discord"])["allowed_mentions"] == {"parse": []}
    card = body(got["/teams"])["attachments"][0]
    assert card["contentType"] == "application/vnd.microsoft.card.adaptive"
    assert card["content"]["body"][1]["inlines"][0]["text"] == f"{sentence}."
    sent = got["/webhook"]
    assert body(sent)["type"] == "alert.fired"
    assert body(sent)["data"].items() >= {"figure": 5.0, "threshold": 10.0, "client": "acme"}.items()
    secret = _secret(house, ids[3])
    assert _documented()(secret, sent.headers, raw(sent))
    assert not _documented()(secret, sent.headers, raw(sent) + b" ")
    for exchange in got.values():
        assert exchange.headers["webhook-id"].startswith("msg_")
        assert exchange.headers["webhook-id"] in json.dumps(body(exchange)) or exchange is sent
    (mail,) = mailbox.got
    assert mail["Subject"] == "Balance low: OpenRouter (Production) (acme)"
    assert sentence in mail.get_content()
    assert mailbox.recipients == [["team@example.com", "boss@example.com"]]


def _secret(house: House, channel_id: int) -> str:
    row = channels.by_id(house.database, channel_id)
    opened = house.vault.open_channel(row["address"], client_id=row["client_id"], channel_id=channel_id)
    return opened["secret"]


def _documented() -> Any:
    """The function by which docs/alerts.md says that a receiver verifies."""
    (block,) = re.findall(r"```python\n(.*?)```", (TOP / "docs" / "alerts.md").read_text(encoding="utf-8"), re.DOTALL)
    scope: dict[str, Any] = {}
    exec(block, scope)
    return scope["verified"]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({}, "OpenRouter (Production): 120.50 USD spent in 2026-11 (UTC), above the limit of 100.00 USD"),
        (
            {"period": "daily", "period_start": date(2026, 11, 22), "key_label": ""},
            "OpenRouter: 120.50 USD spent on 2026-11-22 (UTC), above the limit of 100.00 USD",
        ),
        (
            {"figure": Decimal("100.00004"), "integration_id": None, "provider_name": None, "key_label": None},
            "All accounts together: 100.00004000 USD spent in 2026-11 (UTC), above the limit of 100.00000000 USD",
        ),
        (LOW | {"figure": Decimal(-3)}, "OpenRouter (Production): -3.00 USD left, below the threshold of 100.00 USD"),
        (
            DAYS,
            "OpenRouter (Production): the balance lasts 4.5 days at the pace of the last fortnight, fewer than 7",
        ),
        (ENDED | {"ended_figure": Decimal(80)}, "OpenRouter (Production): 80.00 USD spent in 2026-11 (UTC)"),
        (
            ENDED | {"ended_figure": Decimal(1), "ended_because": "new_period"},
            "OpenRouter (Production): 1.00 USD spent since it began; 120.50 USD before",
        ),
        (ENDED | LOW | {"ended_figure": Decimal(500)}, "OpenRouter (Production): 500.00 USD left"),
        (
            ENDED | DAYS,
            "OpenRouter (Production): the balance is not spent from at the pace of the last fortnight",
        ),
    ],
)
def test_an_alert_in_words(row: dict[str, Any], said: str) -> None:
    """Whose it is, the figure beside its threshold, and of when: what is told may be read later."""
    whole = ROW | row
    assert words(whole, LABELS, ended=whole["ended_at"] is not None).sentence == said


def test_block_says_what_a_gateway_does_and_warn_that_nothing_is_blocked() -> None:
    assert "stops sending requests" in words(ROW | {"action": "block"}, LABELS, ended=False).action
    assert "blocks nothing" in words(ROW, LABELS, ended=False).action


def _named(label: str) -> Message:
    return message(ROW | {"key_label": label, "client": label}, LABELS)


@pytest.mark.parametrize("label", ["<!channel> @everyone", "[here](http://evil.example)", "*b* `c` ~d~ |e|", "<@42>"])
def test_a_label_is_text_and_no_markup(label: str) -> None:
    """A client that names its key so mentions nobody, and makes no link."""
    slack, discord, teams = (each(_named(label)) for each in (formats.slack, formats.discord, formats.teams))
    assert not {"<", ">"} & set(slack["text"])
    assert {block["text"]["type"] for block in slack["blocks"] if "text" in block} == {"plain_text"}
    assert all(f"\\{mark}" in discord["embeds"][0]["description"] for mark in set(label) & set("*_~`|>[]@<"))
    assert label in json.dumps([block for block in teams["attachments"][0]["content"]["body"] if "inlines" in block])
    assert "TextBlock" not in [each["type"] for each in teams["attachments"][0]["content"]["body"][1:]]


def test_the_vector_of_the_specification() -> None:
    """As the Standard Webhooks' own libraries test it."""
    headers = signature.signed(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}'
    )
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize(
    ("kind", "where", "secret"),
    [
        ("slack", "ftp://hooks.example/x", None),
        ("slack", "https://user:canary@hooks.example/x", None),
        ("discord", "https://hooks.example/canary two", None),
        ("teams", "canary", None),
        ("webhook", "https://hooks.example/x", "whsec_canary"),
        ("slack", "https://hooks.example/x", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
        ("email", "canary", None),
        ("email", "a@b.example\nBcc: canary@b.example", None),
        ("pager", "https://hooks.example/canary", None),
    ],
)
def test_what_is_no_address_is_refused_and_not_quoted(kind: str, where: str, secret: str | None) -> None:
    with pytest.raises(UserError) as refused:
        channel.checked(kind, where, secret)
    assert "canary" not in str(refused.value)


def test_a_preview_shows_a_host_and_three_characters() -> None:
    url = "https://hooks.slack.com/services/T000/B000/secretsecret"
    assert channel.preview("slack", {"url": url}) == "https://hooks.slack.com/...ret"
    assert (
        channel.preview("webhook", {"url": "http://gateway.internal:8080/hook"}) == "http://gateway.internal:8080/..."
    )
    assert channel.preview("email", {"to": "team@example.com,boss@example.com"}) == "t...@example.com, b...@example.com"


def test_the_operators_channel_is_written_in_one_line() -> None:
    own = channel.operators("webhook=https://hooks.example/x whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    assert own is not None
    assert (own.kind, own.address["url"]) == ("webhook", "https://hooks.example/x")
    assert "hooks" not in repr(own)
    assert replace(own, id=1) != own
