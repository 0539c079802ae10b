"""An open line to one integration's provider: signs, sends, turns pages, and carries a conversation to its figures."""

import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from spend_pipeline.errors import NotConfigured, ProviderFailure, Unreadable
from spend_pipeline.outbound import body, statuses
from spend_pipeline.outbound.ask import Ask, Conversation, Figures, Json, Pages
from spend_pipeline.outbound.client import Answer, Client, Turn, at_once
from spend_pipeline.outbound.deadline import Deadline

PAGE_CAP = 1000


@dataclass
class Line:
    """The client, where to send, and the ways to sign, in the order to try them on a 401.

    `hosts` are the provider's other origins; under an overridden base URL they are reached there as well.
    `from_client` says that the base URL came with the credentials. Each request waits for its `turn`.
    """

    client: Client
    deadline: Deadline
    base_url: str
    turn: Turn = at_once
    hosts: tuple[str, ...] = ()
    overridden: bool = False
    from_client: bool = False
    signatures: list[Mapping[str, str]] = field(default_factory=lambda: [{}], repr=False)
    permission: str = ""
    elsewhere: str = ""  # completes the sentence on a key that is not accepted
    skew: float = 0.0  # seconds that the provider's clock was furthest from ours

    def converse(self, talk: Conversation) -> Figures:
        """The figures a conversation ends with. A failure is thrown into it first: it may know another way."""
        outcome: Pages | ProviderFailure | None = None
        while True:
            try:
                with strictly():
                    ask = talk.throw(outcome) if isinstance(outcome, ProviderFailure) else _send(talk, outcome)
            except StopIteration as end:
                figures: Figures = end.value
                return figures
            try:
                outcome = self.pages(ask)
            except ProviderFailure as failure:
                outcome = failure

    def pages(self, ask: Ask) -> Pages:
        """Every page of an ask, in order. Raises Unreadable where the pages repeat or do not end."""
        pages: Pages = []
        asked = []
        following: Ask | None = ask
        while following is not None:
            asked.append(following)
            pages.append(self._page(following))
            with strictly():
                following = ask.next_page(pages[-1], following) if ask.next_page else None
            if following in asked:
                raise Unreadable("the pages repeat")
            if len(pages) > PAGE_CAP:
                raise Unreadable(f"there are more than {PAGE_CAP} pages")
        return pages

    def _page(self, ask: Ask) -> Json:
        if ask.wait:
            time.sleep(min(ask.wait, self.deadline.left()))
        answer = self._signed(ask)
        if answer.status != 200:
            named = ask.meaning.get(answer.status) or statuses.failure(
                answer.status, self.permission, self.elsewhere, wait=answer.retry_after or 0.0
            )
            # A route's meaning is one object for all: with its traceback it would keep every key it was raised beside.
            raise named.with_traceback(None)
        return body.parse(answer.body)

    def _signed(self, ask: Ask) -> Answer:
        """The answer under the first signature that is not answered 401; later asks start with that one."""
        while True:
            answer = self._send(ask, self.signatures[0])
            if answer.status != 401 or len(self.signatures) == 1:
                return answer
            del self.signatures[0]

    def _send(self, ask: Ask, signature: Mapping[str, str]) -> Answer:
        headers = {**signature, **ask.headers}
        answer = self.client.send(
            ask, self._address(ask), headers, self.deadline, from_client=self.from_client, turn=self.turn
        )
        self.skew = max(self.skew, answer.ahead, key=abs)
        return answer

    def _address(self, ask: Ask) -> str:
        """Where an ask goes. A URL that came with a credential may name only the provider's own hosts."""
        if not ask.url:
            return self.base_url + ask.path
        asked, base = urlsplit(ask.url), urlsplit(self.base_url)
        if f"{asked.scheme}://{asked.netloc}" in self.hosts:
            return self.base_url + asked.path if self.overridden else ask.url
        if self.overridden and asked.hostname == base.hostname:
            return ask.url
        raise NotConfigured("A credential names a host that is not the provider's, so nothing was sent there")


def _send(talk: Conversation, pages: Pages | None) -> Ask:
    return talk.send(pages) if pages is not None else next(talk)


@contextmanager
def strictly() -> Iterator[None]:
    """Turns a missing field or a wrong type in an answer into Unreadable; only a field's name of ours is quoted."""
    try:
        yield
    except KeyError as error:
        name = str(error.args[0]) if error.args else ""
        what = f"the field '{name}'" if re.fullmatch(r"[A-Za-z_]{1,40}", name) else "a field"
        raise Unreadable(f"{what} is missing") from None
    except (IndexError, TypeError, AttributeError, ValueError, ArithmeticError):
        raise Unreadable("a field does not hold what the provider documents") from None
