"""The recordings: conversations with providers, and the figures that a person read off them."""

import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from spend_pipeline.errors import FailureKind
from spend_pipeline.money import Money
from spend_pipeline.outbound.ask import Figures
from spend_pipeline.providers.declaration import FIGURES

FOLDER = Path(__file__).parent / "recordings"
SERVICE_ACCOUNT = "<a service account>"  # stands in a recording for a key file, which no repository should hold


@dataclass(frozen=True)
class Exchange:
    """A request that must be made, the parts of it that matter, and its answer, the body as raw text."""

    url: str
    body: str
    method: str = "GET"
    query: Mapping[str, str] = field(default_factory=dict)
    sent: Mapping[str, str] = field(default_factory=dict)  # headers
    json: Mapping[str, Any] | None = None
    form: Mapping[str, str] | None = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    times: int = 1


@dataclass(frozen=True)
class Failure:
    """How a reading is expected to fail."""

    kind: FailureKind
    message: str


@dataclass(frozen=True)
class Recording:
    """A conversation, from the credentials to what was read: the figures, or the failure."""

    provider: str
    case: str
    now: datetime
    credentials: Mapping[str, str]
    exchanges: tuple[Exchange, ...]
    reading: str
    figures: Figures = field(default_factory=Figures)
    failure: Failure | None = None
    supported: bool = True

    def __str__(self) -> str:
        return f"{self.provider}-{self.case}"


@dataclass(frozen=True)
class DocumentedError:
    """A status and body that a provider's documentation names, and the failure it is to us."""

    provider: str
    credentials: Mapping[str, str]
    status: int
    body: str
    failure: Failure

    def __str__(self) -> str:
        return f"{self.provider}-{self.status}"


@cache
def service_account() -> str:
    """The JSON of a Google service account with a key made for this run; small, since it protects nothing."""
    private = generate_private_key(public_exponent=65537, key_size=1024)
    return json.dumps(
        {
            "type": "service_account",
            "project_id": "acme",
            "private_key_id": "0123456789abcdef",
            "private_key": private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode(),
            "client_email": "billing-reader@acme.iam.gserviceaccount.com",
            "token_uri": "https://oauth2.googleapis.com/token",
        }
    )


def _recordings() -> Iterator[Recording]:
    for path in sorted(FOLDER.glob("*/*.toml")):
        if path.stem != "errors":
            written = tomllib.loads(path.read_text(encoding="utf-8"))
            yield Recording(
                provider=path.parent.name,
                case=path.stem,
                now=written["now"],
                credentials=_credentials(written),
                exchanges=tuple(Exchange(**exchange) for exchange in written.get("exchanges", [])),
                reading=written["reading"],
                figures=_figures(written.get("figures", {})),
                failure=_failure(written["failure"]) if "failure" in written else None,
                supported=written.get("supported", True),
            )


def _errors() -> Iterator[DocumentedError]:
    for path in sorted(FOLDER.glob("*/errors.toml")):
        written = tomllib.loads(path.read_text(encoding="utf-8"))
        for error in written["errors"]:
            yield DocumentedError(
                path.parent.name, _credentials(written), error["status"], error["body"], _failure(error)
            )


def _credentials(written: Mapping[str, Any]) -> dict[str, str]:
    credentials = written["credentials"]
    return {name: service_account() if value == SERVICE_ACCOUNT else value for name, value in credentials.items()}


def _figures(written: Mapping[str, Any]) -> Figures:
    """The figures; a note is the part of it that must be there."""
    money: dict[str, Any] = {name: _money(written[name]) for name in FIGURES if name in written}
    return Figures(
        **money,
        notes=tuple(written.get("notes", ())),
        as_of=written.get("as_of"),
        cycle=tuple(written["cycle"]) if "cycle" in written else None,
        other_balances=tuple(_money(wallet) for wallet in written.get("other_balances", ())),
        account=written.get("account"),
    )


def _money(text: str) -> Money:
    amount, currency = text.split(" ")
    return Money.whole(amount, currency) if currency.isupper() else Money.units(amount, currency)


def _failure(written: Mapping[str, str]) -> Failure:
    return Failure(FailureKind(written["kind"]), written["message"])


RECORDINGS = list(_recordings())
ERRORS = list(_errors())
READ = [recording for recording in RECORDINGS if recording.exchanges and recording.failure is None]
NAMED = {str(recording): recording for recording in RECORDINGS}
LONGEST = {recording.provider: recording for recording in sorted(READ, key=lambda each: len(str(each.exchanges)))}
