"""The one HTTP client to the providers: pooled, bounded in time and size, never redirected, silent about secrets."""

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from itertools import count
from urllib.parse import urlsplit

import requests
import urllib3

from spend_pipeline.errors import Busy, Unreadable
from spend_pipeline.outbound import http_date, retry, statuses
from spend_pipeline.outbound.ask import Ask
from spend_pipeline.outbound.connections import Adapter
from spend_pipeline.outbound.deadline import Deadline
from spend_pipeline.outbound.reach import Reach, out_of_reach
from spend_pipeline.outbound.transport import TRANSPORT_ERRORS, named

CONNECT_SECONDS = 5.0
BODY_BYTES = 4 * 1024 * 1024
CHUNK_BYTES = 64 * 1024
Turn = Callable[[], None]
USER_AGENT = f"spend-pipeline/{version('spend-pipeline')}"

# Its warnings quote what a server sent word by word: a key, where the server repeats one.
logging.getLogger("urllib3").setLevel(logging.CRITICAL)


@dataclass(frozen=True)
class Answer:
    """What came back: the status, a 200's body (decompressed, at most 4 MB), and in how many seconds to ask again.

    `ahead` is how many seconds the provider's clock is ahead of ours.
    """

    status: int
    body: bytes = field(repr=False)
    retry_after: float | None = None
    ahead: float = 0.0


def at_once() -> None:
    """The turn of whoever need not wait for one."""


@dataclass(frozen=True)
class _Way:
    """A way out: requests' transport without its session.

    A session would look at where a redirect leads, at proxy variables and a netrc file, which would receive a key or
    replace it, and at cookies; and it takes a third of a request's time.
    """

    adapter: Adapter
    verify: bool | str
    proxies: dict[str, str] = field(default_factory=dict)

    def send(self, request: requests.PreparedRequest, timeout: urllib3.Timeout) -> requests.Response:
        return self.adapter.send(
            request,
            stream=True,
            timeout=timeout,  # type: ignore[arg-type]
            verify=self.verify,
            proxies=self.proxies,
        )


class Client:
    """Sends requests to providers. Safe to share between threads: it keeps connections, never cookies or keys."""

    def __init__(
        self,
        *,
        connections: int = 128,
        ca_bundle: str | None = None,
        proxy: str | None = None,
        reach: Reach | None = None,
    ) -> None:
        self._reach = reach or Reach()
        verify = ca_bundle or True
        proxies = {"http": proxy, "https": proxy} if proxy else {}
        self._anywhere = _Way(Adapter(connections=connections), verify, proxies)
        self._within_reach = _Way(Adapter(connections=connections, reach=self._reach), verify)

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
        """The answer to one request, after at most two retries inside the deadline, each when its `turn` comes.

        `from_client` says that whoever entered the credentials chose the address: it is asked only within reach.
        Raises NotConfigured where it is not, and Busy or Unreadable; never a transport's own error, which can quote the
        URL or a header.
        """
        way = self._way_within_reach(url) if from_client else self._anywhere
        for attempt in count(1):
            turn()
            answer = _once(way, ask, url, headers, deadline)
            if answer is not None and answer.status not in retry.AGAIN:
                return answer
            pause = retry.pause_before(attempt, answer.retry_after if answer else None)
            if attempt > retry.RETRIES or not deadline.fits(pause):
                break
            time.sleep(pause)
        if answer is None:
            raise Busy("Connection lost: the provider could not be reached, or hung up before its answer was complete")
        return answer

    def fetch(self, url: str, deadline: Deadline) -> bytes:
        """A public document, asked for without any key. Raises a ProviderFailure where there is none."""
        answer = self.send(Ask(), url, {"Accept": "*/*"}, deadline)
        if answer.status != 200:
            raise statuses.failure(answer.status)
        return answer.body

    def _way_within_reach(self, url: str) -> _Way:
        """The way to a client's own address.

        It connects to nothing out of reach. A proxy connects for us, so that through one the reach is asked here.
        """
        if not self._anywhere.proxies:
            return self._within_reach
        parts = urlsplit(url)
        if not self._reach.through_a_proxy(parts.hostname or "", secure=parts.scheme == "https"):
            raise out_of_reach()
        return self._anywhere


def _once(way: _Way, ask: Ask, url: str, headers: Mapping[str, str], deadline: Deadline) -> Answer | None:
    """One exchange; None where the connection was lost and another try is worth it."""
    left = deadline.left()
    try:
        request = requests.Request(
            ask.method,
            url,
            params=ask.params,
            json=ask.json,
            data=ask.form or ask.data,
            headers={"User-Agent": USER_AGENT, "Accept": "application/json", "Accept-Encoding": "gzip", **headers},
        ).prepare()
        with way.send(request, urllib3.Timeout(connect=min(CONNECT_SECONDS, left), total=left)) as response:
            # A refusal is a refusal, whatever comes behind its status.
            body = _read_body(response, deadline) if response.status_code == 200 else b""
            now, sent = datetime.now(UTC), response.headers
            ahead = http_date.seconds_ahead(sent.get("Date"), now)
            return Answer(response.status_code, body, retry.told(sent.get("Retry-After"), now), ahead)
    except TRANSPORT_ERRORS as error:
        failure = named(error, deadline)
    if failure is not None:
        raise failure
    return None


def _read_body(response: requests.Response, deadline: Deadline) -> bytes:
    if response.headers.get("Content-Encoding", "identity").strip().lower() not in ("identity", "gzip"):
        raise Unreadable("the body is compressed in a way that was not asked for")
    body = bytearray()
    while chunk := response.raw.read1(CHUNK_BYTES, decode_content=True):
        body += chunk
        if len(body) > BODY_BYTES:
            raise Unreadable(f"the body is larger than {BODY_BYTES // 1024 // 1024} MB")
        deadline.left()
    return bytes(body)
