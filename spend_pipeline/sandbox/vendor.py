"""What a vendor is to the sandbox: a declaration of its routes, its way to know a caller, and its error bodies."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from http.client import responses

from starlette.datastructures import Headers, QueryParams

from spend_pipeline.sandbox.keys import Key, parse_key
from spend_pipeline.sandbox.state import State
from spend_pipeline.sandbox.wire import Json


@dataclass(eq=False)  # an exception must stay hashable
class Refusal(Exception):
    """A vendor's no; an empty message means that vendor's usual words for the status."""

    status: int
    message: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Ask:
    """One request, read whole, at one moment; `path` is without the vendor's prefix, `params` are those in the path."""

    path: str
    params: Mapping[str, str]
    query: QueryParams
    headers: Headers
    body: bytes
    now: datetime
    state: State


@dataclass(frozen=True)
class Route:
    """One thing a vendor answers; the answer is a JSON tree or a raised Refusal."""

    method: str
    path: str
    answer: Callable[[Ask, Key], Json]


@dataclass(frozen=True)
class Vendor:
    """One vendor.

    `identify` returns the caller or raises Refusal; `error_body` makes the body of a refusal on a path; `examples`
    are named credential sets that work.
    """

    name: str
    routes: tuple[Route, ...]
    identify: Callable[[Ask], Key]
    error_body: Callable[[Refusal, str], Json]
    examples: Callable[[State], dict[str, dict[str, str]]]


def known_key(secret: str | None, roles: tuple[str, ...], missing: str, unknown: str) -> Key:
    """The key a caller sent, if it has one of these roles; else 401 in the vendor's words for no key or a wrong one."""
    if secret is None:
        raise Refusal(401, missing)
    key = parse_key(secret)
    if key is None or key.role not in roles:
        raise Refusal(401, unknown)
    return key


def wording(refusal: Refusal, usual: Mapping[int, str]) -> str:
    """The message of a refusal: its own, else the vendor's usual one, else HTTP's."""
    return refusal.message or usual.get(refusal.status) or responses.get(refusal.status, "Unknown error")
