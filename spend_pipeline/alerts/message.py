"""A message: an alert's words, whose it is and since when, under an id that stays the same however often it is sent."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from spend_pipeline.alerts.words import Labels, Row, Words, whose, words
from spend_pipeline.history import amount
from spend_pipeline.period import stamp


@dataclass(frozen=True)
class Message:
    """What is sent; `fields` are the same as data, for programs."""

    id: str
    event: str
    client: str
    account: str
    at: datetime
    words: Words
    fields: Mapping[str, Any]

    @property
    def is_good_news(self) -> bool:
        return self.event == "recovered"

    @property
    def context(self) -> str:
        """One line of small print: whose it is, when it was seen, and the id."""
        return f"{self.client} · {stamp(self.at)} · {self.id}"

    @property
    def lines(self) -> list[str]:
        """What to read below the title."""
        return [f"{line}." for line in (self.words.sentence, self.words.action) if line]


def message(row: Row, labels: Labels) -> Message:
    """The message of a delivery, from its row."""
    ended = row["event"] == "recovered"
    return Message(
        message_id(row["delivery_id"].hex),
        row["event"],
        row["client"],
        whose(row, labels),
        row["ended_at"] if ended else row["fired_at"],
        words(row, labels, ended=ended),
        alert_fields(row, labels) | {"client_id": row["client_id"], "client": row["client"]},
    )


def trial(delivery_id: str, client: str, now: datetime) -> Message:
    """One that somebody asked for, to see whether it arrives."""
    said = Words("This is a test", "Alerts of spend-pipeline arrive here", "")
    return Message(message_id(delivery_id), "test", client, "A test", now, said, {"client": client})


def message_id(delivery_id: str) -> str:
    return f"msg_{delivery_id}"


def alert_fields(row: Row, labels: Labels) -> dict[str, Any]:
    """An alert as data: amounts in USD, or days. Unknown is null."""
    name = row["provider_name"]
    return {
        "id": row["alert_id"],
        "kind": row["kind"],
        "integration_id": row["integration_id"],
        "provider_name": name,
        "provider_label": None if name is None else labels.get(name, name),
        "key_label": row["key_label"],
        "unit": "days" if row["kind"] == "low_days_left" else "USD",
        "threshold": _number(row["threshold"]),
        "figure": _number(row["figure"]),
        "spend_limit_period": row["period"],
        "spend_limit_action": row["action"],
        "period_start": None if row["period_start"] is None else row["period_start"].isoformat(),
        "is_open": row["ended_at"] is None,
        "fired_at": stamp(row["fired_at"]),
        "ended_at": None if row["ended_at"] is None else stamp(row["ended_at"]),
        "ended_because": row["ended_because"],
        "ended_figure": _number(row["ended_figure"]),
    }


def _number(exact: Decimal | None) -> float | None:
    return amount(exact)
