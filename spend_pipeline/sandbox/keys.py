"""Sandbox keys: who is calling, on whose account, and what should go wrong.

Grammar: `sandbox.<role>[.<account>][.fault-<fault>[-on-<route>]]`, for instance `sandbox.management.acme` or
`sandbox.admin.fault-status-503-on-spend-limit`. Dots only separate, so a number in a fault is a whole one.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

DEFAULT_ACCOUNT = "demo"
FAULT_WORDS = {
    "status": "status-<code>: that status with the vendor's own error body",
    "once": "once-<code>: that status the first time for that key, then the real answer",
    "retry-after": "retry-after-<seconds>: 429 with Retry-After the first time for that key, then the real answer",
    "delay": "delay-<seconds>: the real answer, late",
    "held": "the real answer, once whoever runs the sandbox lets that account go",
    "drip": "headers at once, then one byte every half second",
    "malformed": "truncated JSON under 200",
    "html": "a login page under 200",
    "redirect": "302 to a path that records who follows",
    "empty": "200 without a body",
    "echo": "401 that repeats the key in its body and in a header",
    "huge": "a body that ends only after 64 MB",
    "nan": "the real answer with its first money figure replaced by NaN",
}

_CODE, _SECONDS = r"-(?P<code>[45]\d\d)", r"-(?P<seconds>\d{1,4})"
_PARAMETERS = {"status": _CODE, "once": _CODE, "retry-after": _SECONDS, "delay": _SECONDS}
_FAULTS = [re.compile(f"(?P<word>{word}){_PARAMETERS.get(word, '')}(-on-(?P<route>[^.]+))?") for word in FAULT_WORDS]
_KEY = re.compile(r"sandbox\.(?P<role>[a-z]+)(\.(?P<rest>.+))?")
_REST = re.compile(r"(?P<account>(?!fault-)[a-z0-9-]+)?(?:(?:^|\.)fault-(?P<fault>[^.]+))?")


@dataclass(frozen=True)
class Fault:
    """One thing that goes wrong: its word, its status code or seconds where it has one, and the only route it is on."""

    word: str
    number: int = 0
    route: str = ""

    def strikes(self, path: str) -> bool:
        """Whether a path is hit: always without a route, else where the route's words stand in it as whole segments."""
        return not self.route or f"/{self.route}/" in f"{path}/"


@dataclass(frozen=True)
class Key:
    """A caller that the sandbox knows; `secret` is the text it sent."""

    role: str
    account: str
    fault: Fault | None
    secret: str = field(repr=False)


def parse_key(text: str) -> Key | None:
    """The key that a text spells, or None when it is not one of the sandbox's."""
    match = _KEY.fullmatch(text)
    return parse_caller(match["rest"] or "", match["role"], text) if match else None


def parse_caller(text: str, role: str, secret: str) -> Key | None:
    """The caller behind `[<account>][.fault-<fault>]`: the end of a key, or the local part of a service account."""
    match = _REST.fullmatch(text)
    fault = parse_fault(match["fault"]) if match and match["fault"] else None
    if match is None or (match["fault"] and fault is None):
        return None
    return Key(role, match["account"] or DEFAULT_ACCOUNT, fault, secret)


def parse_fault(text: str) -> Fault | None:
    """The fault that a text like `status-503` or `drip-on-credits` spells, or None when there is no such fault."""
    for pattern in _FAULTS:
        if match := pattern.fullmatch(text):
            found = match.groupdict(default="")
            return Fault(found["word"], int(found.get("code") or found.get("seconds") or 0), found["route"])
    return None


def credential_after(scheme: str, headers: Mapping[str, str]) -> str | None:
    """What the Authorization header holds behind this scheme word; None without the header or with another word."""
    word, _, credential = headers.get("authorization", "").partition(" ")
    return credential.strip() or None if word.casefold() == scheme.casefold() else None
