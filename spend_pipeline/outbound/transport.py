"""What the transport's own errors stand for: their texts can quote an address or a header, so none is passed on."""

import http.client

import requests
import urllib3

from spend_pipeline.errors import ProviderFailure, Unreadable
from spend_pipeline.outbound.deadline import Deadline

TRANSPORT_ERRORS = (
    requests.RequestException,
    urllib3.exceptions.HTTPError,
    http.client.HTTPException,
    OSError,
    UnicodeError,
)


def named(error: Exception, deadline: Deadline) -> ProviderFailure | None:
    """The failure a transport error stands for; None for a lost connection, which is worth another try."""
    if isinstance(error, requests.exceptions.SSLError):
        return Unreadable("TLS error, so the provider's identity could not be verified")
    if isinstance(error, (requests.exceptions.ReadTimeout, urllib3.exceptions.ReadTimeoutError, TimeoutError)):
        return deadline.missed()
    if isinstance(error, (urllib3.exceptions.DecodeError, requests.exceptions.ContentDecodingError)):
        return Unreadable("the body cannot be decompressed")
    if isinstance(error, requests.exceptions.InvalidURL | requests.exceptions.InvalidHeader | UnicodeError):
        return Unreadable("the address to ask, or a header to send, is none that HTTP allows")
    if _breaks_protocol(error):
        return Unreadable("protocol error, the answer is not HTTP")
    return None


def _breaks_protocol(error: BaseException | None) -> bool:
    """Whether the bytes received were not HTTP, rather than too few; transports wrap the cause a few levels deep."""
    lost = (http.client.RemoteDisconnected, http.client.IncompleteRead, ConnectionError)
    while error is not None:
        if isinstance(error, http.client.HTTPException) and not isinstance(error, lost):
            return True
        inner = next((arg for arg in getattr(error, "args", ()) if isinstance(arg, BaseException)), None)
        error = inner or next((arg for arg in _flatten(error) if isinstance(arg, BaseException)), None)
    return False


def _flatten(error: BaseException) -> list[object]:
    return [part for arg in error.args if isinstance(arg, tuple) for part in arg]
