"""A client that keeps a list of what it sent, fit to be shown: no header, no body, no credential in a URL."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

from spend_pipeline.outbound.ask import Ask, Credentials
from spend_pipeline.outbound.client import Answer, Client, Turn, at_once
from spend_pipeline.outbound.deadline import Deadline

SHORTEST = 4  # a setting that is shorter stands in many an address by chance, and is no secret


@dataclass(frozen=True)
class Sent:
    """One request as it may be shown; the status is None where no answer came."""

    method: str
    url: str
    status: int | None


@dataclass
class WatchedClient(Client):
    """The client, and every request it sends; tries of the same one are one."""

    credentials: Credentials = field(repr=False)
    options: Mapping[str, Any] = field(default_factory=dict)
    sent: list[Sent] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(**self.options)

    def send(
        self,
        ask: Ask,
        url: str,
        headers: Mapping[str, str],
        deadline: Deadline,
        *,
        from_client: bool = False,
        turn: Turn = at_once,
    ) -> Answer:
        answer = None
        try:
            answer = super().send(ask, url, headers, deadline, from_client=from_client, turn=turn)
        finally:
            self.sent.append(Sent(ask.method, self._shown(ask, url), answer.status if answer else None))
        return answer

    def _shown(self, ask: Ask, url: str) -> str:
        query = urlencode({name: self._masked(value) for name, value in ask.params.items()}, safe="{}:/,")
        return self._masked(url) + (f"?{query}" if query else "")

    def _masked(self, text: str) -> str:
        """The text with each credential's value, in either spelling, replaced by its name in braces."""
        for name, value in sorted(self.credentials.items(), key=lambda each: -len(each[1])):
            if len(value) >= SHORTEST:
                text = text.replace(value, f"{{{name}}}").replace(quote(value, safe=""), f"{{{name}}}")
        return text
