"""Answers that say the key back, in every place that an answer has; and what else a server can do wrong."""

import json
import re
from collections.abc import Callable

from spend_pipeline_tests.outbound.fault_server import Exchange, Script, figures
from spend_pipeline_tests.outbound.faults import BODIES, TRANSPORT

Say = Callable[[Exchange, str], None]
STATUSES = (
    "400 Bad",
    "401 No",
    "402 Pay",
    "403 No",
    "404 No",
    "409 No",
    "418 Tea",
    "422 No",
    "429 Slow",
    "500 Oh",
    "503 Oh",
)


def _body(make: Callable[[str], object], status: str = "200 OK") -> Say:
    """A JSON body made of the key."""
    return lambda exchange, key: exchange.answer(
        json.dumps(make(key)).encode(), status, X_Echo=key, Set_Cookie=f"k={key}"
    )


def _raw(make: Callable[[str], bytes]) -> Say:
    def say(exchange: Exchange, key: str) -> None:
        exchange.send(make(key))
        exchange.close()

    return say


ECHOES: dict[str, Say] = {
    **{
        f"status {status}": _body(lambda key: {"error": {"message": f"no such key {key}"}}, status)
        for status in STATUSES
    },
    "the key for an amount": _body(
        lambda key: {"data": {"total_credits": key, "total_usage": key, "usage": key}, "balance": key}
    ),
    "the key for a field": _body(lambda key: {key: {key: key}}),
    "the key for a document": _body(lambda key: key),
    "a list of the key": _body(lambda key: [key, {"data": [key]}]),
    "not JSON": lambda exchange, key: exchange.answer(f"<html>{key} {{{key}".encode(), X_Echo=key),
    "redirect": lambda exchange, key: exchange.answer(b"", "302 Found", Location=f"https://127.0.0.1:1/?key={key}"),
    "status line": _raw(lambda key: f"HTTP/1.1 {key} {key}\r\n\r\n".encode()),
    "reason": _raw(lambda key: f"HTTP/1.1 401 {key}\r\nContent-Length: 0\r\n\r\n".encode()),
    "chunk size": _raw(lambda key: f"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{key}\r\n".encode()),
    "encoding": _raw(
        lambda key: f"HTTP/1.1 200 OK\r\nContent-Encoding: {key}\r\nContent-Length: 2\r\n\r\n{{}}".encode()
    ),
    "length": _raw(lambda key: f"HTTP/1.1 200 OK\r\nContent-Length: {key}\r\n\r\n{{}}".encode()),
    "not HTTP": _raw(lambda key: f"{key}\r\n\r\n".encode()),
    "as agreed": lambda exchange, key: exchange.answer(figures(word=key)),
}
# What takes seconds to send, or memory, is left to the tests that look at just that.
HEAVY = {"5 MB", "endless chunks", "gzip bomb", "nested 200,000 deep"}


def _as_it_is(script: Script) -> Say:
    return lambda exchange, key: script(exchange)


FAULTS: dict[str, Say] = {
    **ECHOES,
    **{name: _as_it_is(fault.script) for name, fault in (TRANSPORT | BODIES).items() if name not in HEAVY},
}


def by_key(core: str, seen: set[str]) -> Script:
    """What the fault does whose number the key of a request ends with; `seen` learns which keys came."""
    key_pattern = re.compile(re.escape(core) + r"[0-9]{3}")
    every = list(FAULTS.values())

    def script(exchange: Exchange) -> None:
        found = key_pattern.search(exchange.request.decode("latin-1"))
        assert found is not None
        seen.add(found[0])
        every[int(found[0][-3:])](exchange, found[0])

    return script
