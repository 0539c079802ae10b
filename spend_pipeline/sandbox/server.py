"""Runs the sandbox on a real socket: in the background for tests and demo, in the foreground for the command."""

import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

import uvicorn

from spend_pipeline.sandbox.app import index_of, make_app
from spend_pipeline.sandbox.exchange import FEED_PATH
from spend_pipeline.sandbox.requests_log import RequestLog
from spend_pipeline.sandbox.service_accounts import new_signing_key
from spend_pipeline.sandbox.state import State, utc_now
from spend_pipeline.sandbox.vendors.google_ai import token_uri

_START_SECONDS = 10


@dataclass(frozen=True)
class Sandbox:
    """A running sandbox, as seen from outside."""

    state: State

    @property
    def url(self) -> str:
        """Where the server listens, without a slash at the end."""
        return self.state.url

    @property
    def requests(self) -> RequestLog:
        """Everything that reached the server so far."""
        return self.state.requests

    @property
    def provider_urls(self) -> dict[str, str]:
        """Base URL by provider: the value of SPEND_PROVIDER_URLS."""
        return {name: entry["base_url"] for name, entry in index_of(self.state).items()}

    @property
    def fx_url(self) -> str:
        """The feed of exchange rates: the value of SPEND_FX_URL."""
        return self.state.url + FEED_PATH

    @property
    def credentials(self) -> dict[str, dict[str, dict[str, str]]]:
        """Named example credential sets by provider; a set maps credential names to values."""
        return {name: entry["credentials"] for name, entry in index_of(self.state).items()}

    def service_account(self, account: str, fault: str = "") -> str:
        """The JSON text of a Google service account on an account, with a fault like `status-503` if one is wanted."""
        return self.state.signing_key.service_account(token_uri(self.state), account, fault)

    @contextmanager
    def holding(self, account: str) -> Iterator[None]:
        """Keys of this account with the fault `held` are answered only after the block."""
        self.state.held.add(account)
        try:
            yield
        finally:
            self.state.held.discard(account)


@contextmanager
def running(host: str = "127.0.0.1", port: int = 0, now: Callable[[], datetime] = utc_now) -> Iterator[Sandbox]:
    """Serve in a background thread for as long as the block lasts; port 0 takes a free one."""
    with socket.create_server((host, port)) as listener:
        state = State(f"http://{host}:{listener.getsockname()[1]}", now, new_signing_key())
        server = uvicorn.Server(uvicorn.Config(make_app(state), log_level="critical", lifespan="off"))
        thread = threading.Thread(target=server.run, args=([listener],), name="sandbox", daemon=True)
        thread.start()
        try:
            _await_start(server, thread)
            yield Sandbox(state)
        finally:
            server.should_exit = True
            # An answer that drips or waits on purpose would otherwise hold the door for minutes.
            server.force_exit = True
            thread.join()


def serve(host: str, port: int, on_ready: Callable[[Sandbox], None]) -> None:
    """Serve until SIGINT or SIGTERM, from the main thread; `on_ready` is told once the socket answers."""
    stop = threading.Event()
    signals = (signal.SIGINT, signal.SIGTERM)
    previous = {number: signal.signal(number, lambda *_: stop.set()) for number in signals}
    try:
        with running(host, port) as sandbox:
            on_ready(sandbox)
            stop.wait()
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)


def _await_start(server: uvicorn.Server, thread: threading.Thread) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while not server.started:
        if not thread.is_alive() or time.monotonic() > deadline:
            raise RuntimeError("The sandbox server did not start.")
        time.sleep(0.005)
