"""Everything a server can do wrong, by name: what it does, and what a person is to read of it."""

import gzip
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from spend_pipeline.errors import FailureKind
from spend_pipeline_tests.outbound.asking import KEY, SECONDS, WORDS
from spend_pipeline_tests.outbound.fault_server import Exchange, Script, figures

BUSY, UNREADABLE = FailureKind.BUSY, FailureKind.UNREADABLE
TIMEOUT = f"Timeout: the provider did not answer in full within {SECONDS} s"
LOST = "Connection lost: the provider could not be reached, or hung up before its answer was complete"
GARBAGE = "Invalid response: protocol error, the answer is not HTTP"
OK = b"HTTP/1.1 200 OK\r\n"
MEGABYTE = bytes(1 << 20)


@dataclass(frozen=True)
class Fault:
    """A script, and the kind and message of the failure it is to end in."""

    script: Script
    kind: FailureKind
    message: str


def says(body: bytes, **headers: str) -> Script:
    """A 200 with this body."""
    return lambda exchange: exchange.answer(body, **headers)


def sends(*parts: bytes) -> Script:
    """These bytes as they are, and the end."""

    def script(exchange: Exchange) -> None:
        for part in parts:
            exchange.send(part)
        exchange.close()

    return script


def silence(exchange: Exchange) -> None:
    exchange.pause(60)


def drip_body(exchange: Exchange) -> None:
    exchange.send(OK + b"Content-Length: 1000\r\n\r\n")
    _drip(exchange, figures() + b" " * 900)


def drip_headers(exchange: Exchange) -> None:
    """No read would ever time out by itself, and none would ever end."""
    _drip(exchange, OK + b"X-Slow: " + b"x" * 900)


def drip_trailers(exchange: Exchange) -> None:
    exchange.send(OK + b"Transfer-Encoding: chunked\r\n\r\n0\r\n")
    while True:
        exchange.send(b"X-Trailer: 1\r\n")
        exchange.pause(0.02)


def _drip(exchange: Exchange, data: bytes) -> None:
    for position in range(len(data)):
        exchange.send(data[position : position + 1])
        exchange.pause(0.1)


def stall_mid_body(exchange: Exchange) -> None:
    """Half a body late, then nothing: the second wait starts anew at the socket, not at the deadline."""
    exchange.send(OK + b"Content-Length: 1000\r\n\r\n")
    exchange.pause(SECONDS * 0.7)
    exchange.send(figures())
    exchange.pause(60)


def reset_mid_body(exchange: Exchange) -> None:
    exchange.send(OK + b"Content-Length: 1000\r\n\r\n" + figures())
    exchange.reset()


def endless_chunks(exchange: Exchange) -> None:
    exchange.send(OK + b"Transfer-Encoding: chunked\r\n\r\n")
    while True:
        exchange.send(b"10000\r\n" + b" " * 65536 + b"\r\n")


def bomb(megabytes: int = 200) -> Iterator[bytes]:
    """One gzip stream of zeros, a piece a megabyte; after a full flush every piece is the same bytes."""
    stream = zlib.compressobj(9, zlib.DEFLATED, 31)
    yield stream.compress(MEGABYTE) + stream.flush(zlib.Z_FULL_FLUSH)
    piece = stream.compress(MEGABYTE) + stream.flush(zlib.Z_FULL_FLUSH)
    for _ in range(megabytes - 1):
        yield piece


def gzip_bomb(exchange: Exchange) -> None:
    exchange.send(OK + b"Content-Encoding: gzip\r\nConnection: close\r\n\r\n")
    for piece in bomb():
        exchange.send(piece)
    exchange.close()


def redirect_with_a_bomb(exchange: Exchange) -> None:
    """A library that reads a redirect's body before it lets go of the connection would read all of this."""
    exchange.send(b"HTTP/1.1 302 Found\r\nLocation: /other\r\nContent-Encoding: gzip\r\nConnection: close\r\n\r\n")
    for piece in bomb():
        exchange.send(piece)
    exchange.close()


def unreadable(what: str) -> tuple[FailureKind, str]:
    return UNREADABLE, f"Invalid response: {what}"


NOT_JSON = unreadable("the body is not JSON")
NOT_UTF8 = unreadable("the body is not UTF-8")
TOO_LARGE = unreadable("the body is larger than 4 MB")
ENCODED = unreadable("the body is compressed in a way that was not asked for")
NOT_A_NUMBER = unreadable("an amount is not finite or not below a trillion")
NOT_DOCUMENTED = unreadable("a field does not hold what the provider documents")
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"

TRANSPORT = {
    "accepts and never answers": Fault(silence, BUSY, TIMEOUT),
    "drips the body": Fault(drip_body, BUSY, TIMEOUT),
    "drips the headers": Fault(drip_headers, BUSY, TIMEOUT),
    "drips trailers": Fault(drip_trailers, BUSY, TIMEOUT),
    "stalls in the body": Fault(stall_mid_body, BUSY, TIMEOUT),
    "hangs up at once": Fault(Exchange.close, BUSY, LOST),
    "resets at once": Fault(Exchange.reset, BUSY, LOST),
    "resets in the body": Fault(reset_mid_body, BUSY, LOST),
    "body shorter than stated": Fault(sends(OK + b"Content-Length: 999\r\n\r\n" + figures()), BUSY, LOST),
    "chunks cut off": Fault(sends(CHUNKED + b"40\r\n" + figures()), BUSY, LOST),
    "chunk size is no number": Fault(sends(CHUNKED + b"quokka\r\n\r\n"), BUSY, LOST),
    "not HTTP": Fault(sends(b"\x00\xffSSH-2.0-quokka\r\n\r\n"), UNREADABLE, GARBAGE),
    "a status that is no number": Fault(sends(b"HTTP/1.1 quokka\r\n\r\n"), UNREADABLE, GARBAGE),
    "5000 headers": Fault(sends(OK, b"X-Q: quokka\r\n" * 5000, b"\r\n{}"), UNREADABLE, GARBAGE),
    "a header of 1 MB": Fault(sends(OK + b"X-Q: " + b"q" * (1 << 20) + b"\r\n\r\n{}"), UNREADABLE, GARBAGE),
}
BODIES = {
    "5 MB": Fault(says(b'{"a": "' + b"q" * 5_000_000 + b'"}'), *TOO_LARGE),
    "endless chunks": Fault(endless_chunks, *TOO_LARGE),
    "gzip bomb": Fault(gzip_bomb, *TOO_LARGE),
    "gzip in gzip": Fault(says(gzip.compress(gzip.compress(figures())), Content_Encoding="gzip, gzip"), *ENCODED),
    "brotli": Fault(says(b"\x0b\x02\x80quokka", Content_Encoding="br"), *ENCODED),
    "an encoding nobody knows": Fault(says(figures(), Content_Encoding="quokka"), *ENCODED),
    "gzip that is not": Fault(says(figures(), Content_Encoding="gzip"), *unreadable("the body cannot be decompressed")),
    "JSON cut off": Fault(says(figures()[:-5]), *NOT_JSON),
    "two documents": Fault(says(figures() * 2), *NOT_JSON),
    "HTML": Fault(says(b"<html>quokka: please sign in</html>", Content_Type="text/html"), *NOT_JSON),
    "empty": Fault(says(b""), *unreadable("the body is empty")),
    "white space": Fault(says(b" \r\n\t"), *unreadable("the body is empty")),
    "UTF-16": Fault(says(figures(word="ü").decode().encode("utf-16")), *NOT_UTF8),
    "Latin-1": Fault(says('{"w": "ü"}'.encode("latin-1")), *NOT_UTF8),
    "duplicate keys": Fault(
        says(figures()[:-1] + b', "balance": 99}', X_Q=WORDS), *unreadable("the body holds the same field twice")
    ),
    "nested 200,000 deep": Fault(says(b"[" * 200_000), *unreadable("the body is nested too deeply")),
    "NaN": Fault(says(figures("NaN")), *unreadable("the body holds NaN, which is not a number")),
    "Infinity": Fault(says(figures("Infinity")), *unreadable("the body holds Infinity, which is not a number")),
    "-Infinity": Fault(says(figures("-Infinity")), *unreadable("the body holds Infinity, which is not a number")),
    "1e400": Fault(says(figures("1e400")), *NOT_A_NUMBER),
    "an exponent beyond decimals": Fault(says(figures("1e99999999999999999999")), *NOT_JSON),
    "5000 digits": Fault(says(figures("1" * 5000)), *NOT_JSON),
    "40 decimals": Fault(says(figures("0." + "1" * 40)), *unreadable("an amount has more than 30 decimals")),
    "NaN as text": Fault(says(figures('"NaN"')), *NOT_A_NUMBER),
    "a word for an amount": Fault(says(figures('"quokka"')), *unreadable("an amount is text that is not a number")),
    "true for an amount": Fault(says(figures("true")), *unreadable("an amount is a bool, not a number")),
    "null for an amount": Fault(says(figures("null")), *unreadable("an amount is a NoneType, not a number")),
    "a field left out": Fault(says(b'{"today": 1}'), *unreadable("the field 'balance' is missing")),
    "a list for an object": Fault(says(b"[1]"), *NOT_DOCUMENTED),
    "a bare number": Fault(says(b"1"), *NOT_DOCUMENTED),
    "the key for a field": Fault(says(f'{{"{KEY}": 1}}'.encode()), *unreadable("the field 'balance' is missing")),
}
