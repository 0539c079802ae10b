"""The faults of a provider, by family: those of the outbound edge, and what else a sync is to outlive."""

from spend_pipeline.errors import FailureKind
from spend_pipeline_tests.outbound.asking import KEY, WORDS
from spend_pipeline_tests.outbound.fault_server import figures
from spend_pipeline_tests.outbound.faults import (
    BODIES,
    NOT_A_NUMBER,
    NOT_JSON,
    TRANSPORT,
    Fault,
    says,
    unreadable,
)
from spend_pipeline_tests.outbound.test_redirects import STATUSES as REDIRECTS
from spend_pipeline_tests.outbound.test_statuses import AGAIN, FINAL, always, http_date

LIMITED = "The provider is limiting our requests (HTTP 429)"
BUSY, UNREADABLE = FailureKind.BUSY, FailureKind.UNREADABLE
HOURS = 3600

TOLD_TO_WAIT = {
    "6 hours": str(6 * HOURS),
    "for years": "1000000000",
    "a date in 6 hours": http_date(6 * HOURS),
    "a date in 2037": "Thu, 01 Jan 2037 00:00:00 GMT",
}
TOLD_NOTHING = {
    "now": "0",
    "a date that is past": "Sun, 06 Nov 1994 08:49:37 GMT",
    "nonsense": WORDS,
    "a negative number": "-5",
}
WAITS = TOLD_TO_WAIT | TOLD_NOTHING
METADATA = "http://169.254.169.254/latest/meta-data"
PLACES = {"itself": "/figures", "plain HTTP": "http://127.0.0.1:9/", "the cloud's metadata": METADATA, "the key": KEY}


def echo(place: str) -> Fault:
    """A refusal that repeats the key."""
    said = f'{{"error": "{WORDS}: {KEY} at /figures?key={KEY}"}}'.encode()
    headers = {"X_Rejected": f"{WORDS} {KEY}"} if place == "header" else {}
    return Fault(
        lambda exchange: exchange.answer(said, "401 Unauthorized", **headers),
        FailureKind.REFUSED,
        "API key invalid or expired",
    )


def redirect(status: int, location: str = "https://elsewhere.invalid/") -> Fault:
    message = f"Invalid response: the provider redirects elsewhere (HTTP {status}), where keys are never sent"
    return Fault(lambda exchange: exchange.answer(status=f"{status} {WORDS}", Location=location), UNREADABLE, message)


AMOUNTS = {
    "1e308": Fault(says(figures("1e308")), *NOT_A_NUMBER),
    "100,000 digits": Fault(says(figures("1" * 100_000)), *NOT_JSON),
    "100,000 decimals": Fault(says(figures("0." + "1" * 100_000)), *unreadable("an amount has more than 30 decimals")),
    "negative spend": Fault(
        says(figures().replace(b'"month": 2.5', b'"month": -2.5')),
        *unreadable("an amount that cannot be negative is negative"),
    ),
}
STATUSES = {f"HTTP {status}": Fault(always(status), kind, message) for status, kind, message in FINAL}
STATUSES |= {
    f"HTTP {status} always": Fault(always(status), BUSY, f"Provider error {status}")
    for status in AGAIN
    if status != 429
}
LIMITS = {f"429, {name}": Fault(always(429, Retry_After=told), BUSY, LIMITED) for name, told in WAITS.items()}
FAMILIES: dict[str, dict[str, Fault]] = {
    "transport": TRANSPORT,
    "bodies": BODIES | AMOUNTS,
    "statuses": STATUSES | {f"the key in the {place}": echo(place) for place in ("body", "header")},
    "limits": LIMITS,
    "redirects": {f"HTTP {status}": redirect(status) for status in REDIRECTS}
    | {f"to {name}": redirect(302, place) for name, place in PLACES.items()},
}
