"""A provider to put behind a fault server, and how to read it the way a sync does."""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from spend_pipeline.errors import ProviderFailure
from spend_pipeline.fan_out import Limits
from spend_pipeline.integration import Integration
from spend_pipeline.money import Money
from spend_pipeline.outbound.ask import Ask, Conversation, Credentials, Figures
from spend_pipeline.outbound.auth import bearer
from spend_pipeline.outbound.client import Client
from spend_pipeline.period import Period
from spend_pipeline.providers.declaration import Access, Call, Credential, Provider
from spend_pipeline.reading import Reader, Reading
from spend_pipeline_tests.conftest import NOON

KEY = "sk-CANARY+7/f00==dead"
WORDS = "quokka"  # stands in everything a faulty server says, and may stand in nothing we say
SECONDS = 0.35  # below the first pause between two tries: what is lost is not tried again within it


def talk(credentials: Credentials, period: Period) -> Conversation:
    """One request, three figures."""
    (page,) = yield Ask("/figures")
    balance, today, month = (Money.whole(page[name]) for name in ("balance", "today", "month"))
    return Figures(balance, today, month)


FAULTY = Provider(
    name="faulty",
    label="Faulty",
    base_url="http://127.0.0.1:9",
    credentials=(Credential("api_key", "any"),),
    access=(Access(needs=("api_key",), auth=(bearer(),), calls=(Call(talk, {"balance": "any"}),)),),
    source="these tests",
)


def speaking(conversation: Callable[[Credentials, Period], Conversation], name: str = "faulty") -> Provider:
    """The same provider with another conversation."""
    calls = (Call(conversation, {"balance": "any"}),)
    return replace(FAULTY, name=name, access=(replace(FAULTY.access[0], calls=calls),))


def integration(number: int = 1, provider_name: str = "faulty", key: str = KEY) -> Integration:
    """An integration whose sealed text is its key."""
    return Integration(number, 1, provider_name, sealed=key)


@dataclass(frozen=True)
class Read:
    """What came of reading one integration, and in how many seconds."""

    reading: Reading
    seconds: float
    figures: Figures | None = field(init=False)
    failure: ProviderFailure | None = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "figures", self.reading.figures)
        object.__setattr__(self, "failure", self.reading.failure)

    @property
    def balance(self) -> Decimal | None:
        return self.figures.balance.amount if self.figures and self.figures.balance else None


def reader(urls: Mapping[str, str], *providers: Provider, client: Client | None = None, **limits: float) -> Reader:
    """A reader of these providers, where these URLs say; `limits` are those of the fan-out."""
    known = {provider.name: provider for provider in providers or (FAULTY,)}
    wanted = Limits(**{"seconds": SECONDS, **limits})  # type: ignore[arg-type]
    return Reader(client or Client(), known, lambda each: {"api_key": each.sealed}, wanted, urls)


def read(url: str, *providers: Provider, seconds: float = 3, client: Client | None = None, key: str = KEY) -> Read:
    """Reads one integration at a URL, the whole way a sync does."""
    started = time.monotonic()
    asked = reader({"faulty": url}, *providers, client=client, seconds=seconds)
    (reading,) = asked.read_all([integration(key=key)], Period(NOON))
    return Read(reading, time.monotonic() - started)


def readings(asked: Reader, integrations: Iterable[Integration]) -> dict[int, Reading]:
    """Readings by the integration's id."""
    return {reading.integration.id: reading for reading in asked.read_all(integrations, Period(NOON))}


def assert_well_said(failure: ProviderFailure | None, key: str = KEY) -> None:
    """The message is one sentence of ours: no key in any spelling, no word of the provider's, no address."""
    assert failure is not None
    text = str(failure)
    assert 0 < len(text) <= 160
    assert "\n" not in text
    assert ". " not in text
    assert "our reader failed" not in text
    for secret in (key, key[:9], "sk-CANARY%2B", WORDS, "127.0.0.1", "http://", "https://", "urllib3", "requests."):
        assert secret.lower() not in text.lower()
