"""A reading: what a provider said of one integration at one moment, or why it did not."""

import hashlib
import json
import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace

from spend_pipeline.errors import NotConfigured, ProviderFailure, Refused
from spend_pipeline.fan_out import FanOut, Limits
from spend_pipeline.integration import Integration
from spend_pipeline.outbound.ask import Credentials, Figures
from spend_pipeline.outbound.client import Client
from spend_pipeline.outbound.deadline import Deadline
from spend_pipeline.outbound.line import Line
from spend_pipeline.period import Period
from spend_pipeline.providers.declaration import FIGURES, Access, Call, Provider

LABELS = {"balance": "balance", "usage_today": "usage today", "usage_month": "usage this month"}


@dataclass(frozen=True)
class Reading:
    """The figures of one integration, or the failure.

    `supported` is False where the provider has no billing API to ask.
    """

    integration: Integration
    figures: Figures | None = None
    failure: ProviderFailure | None = None
    supported: bool = True
    account: str = ""
    seconds: float = 0.0


@dataclass(frozen=True)
class Reader:
    """Asks providers. `open` turns sealed credentials into usable ones, in this process and no earlier than needed."""

    client: Client
    providers: Mapping[str, Provider]
    open: Callable[[Integration], Credentials]
    limits: Limits = field(default_factory=Limits)
    urls: Mapping[str, str] = field(default_factory=dict)
    salt: bytes = field(default_factory=lambda: os.urandom(16), repr=False)

    def read_all(self, integrations: Iterable[Integration], period: Period) -> Iterator[Reading]:
        """One reading an integration, as they come.

        Ends within the deadline of the slowest, whatever any of them does.
        """
        fan: FanOut[Integration, Reading] = FanOut(
            work=lambda integration: self._timed(integration, period),
            host=lambda integration: integration.provider_name,
            limits=self.limits,
        )
        for integration, outcome in fan.run(integrations):
            if isinstance(outcome, ProviderFailure):
                yield Reading(integration, failure=outcome, seconds=self.limits.seconds)
            else:
                yield outcome

    def _timed(self, integration: Integration, period: Period) -> Reading:
        started = time.monotonic()
        try:
            reading = self._read(integration, period)
        except ProviderFailure as failure:
            reading = Reading(integration, failure=failure)
        return replace(reading, seconds=time.monotonic() - started)

    def _read(self, integration: Integration, period: Period) -> Reading:
        provider = self.providers.get(integration.provider_name)
        if provider is None:
            raise NotConfigured(f"No provider named '{integration.provider_name}' is declared here any more")
        credentials = self.open(integration)
        access = provider.access_for(frozenset(credentials))
        if not access.calls:
            return Reading(integration, Figures(notes=(access.note,)), supported=False)
        line = self._line(provider, access, credentials)
        figures = read(access, credentials, period, line)
        return Reading(integration, figures, account=figures.account or self._fingerprint(credentials))

    def _fingerprint(self, credentials: Credentials) -> str:
        """What tells equal credentials apart from others, in this process only: the salt dies with it."""
        return hashlib.blake2b(json.dumps(sorted(credentials.items())).encode(), key=self.salt).hexdigest()

    def _line(self, provider: Provider, access: Access, credentials: Credentials) -> Line:
        override = self.urls.get(provider.name)
        return Line(
            self.client,
            Deadline.after(self.limits.seconds),
            base_url=(override or provider.base_url_for(credentials)).rstrip("/"),
            hosts=provider.hosts,
            overridden=override is not None,
            from_client=override is None and bool(provider.own_url),
            signatures=[auth.headers(credentials) for auth in access.auth] or [{}],
            permission=access.permission,
            elsewhere=_elsewhere(provider, credentials),
        )


def read(access: Access, credentials: Credentials, period: Period, line: Line) -> Figures:
    """The figures of every call of an access.

    A call that is refused beside one that is not is a note, not a failure.
    """
    learned: list[Figures] = []
    failed: list[tuple[Call, ProviderFailure]] = []
    for call in access.calls:
        try:
            learned.append(line.converse(call.talk(credentials, period)))
        except ProviderFailure as failure:
            if call.documented and not isinstance(failure, (Refused, NotConfigured)):
                raise
            failed.append((call, failure))
    if not learned:
        raise failed[0][1]
    return _merged(learned, failed)


def _elsewhere(provider: Provider, credentials: Credentials) -> str:
    """What to try where a key is not accepted: the provider's other regions, each of which has keys of its own."""
    own = credentials.get("region", next(iter(provider.regions), ""))
    others = [region for region in provider.regions if region != own]
    return f"; a key of another region needs region={' or region='.join(others)}" if others else ""


def _merged(learned: list[Figures], failed: list[tuple[Call, ProviderFailure]]) -> Figures:
    """Each figure from the first conversation that gave it; a note for each that a failed call would have given."""
    first = {
        part.name: next((value for each in learned if (value := getattr(each, part.name)) is not None), None)
        for part in fields(Figures)
        if part.name not in ("notes", "other_balances")
    }
    notes = [note for each in learned for note in each.notes]
    for call, failure in failed:
        missing = [LABELS[name] for name in FIGURES if name in call.gives and first[name] is None]
        if missing:
            wanted = f"; it needs {call.missing}" if call.missing else ""
            notes.append(f"No {' or '.join(missing)}: {failure}{wanted}")
    wallets = tuple(wallet for each in learned for wallet in each.other_balances)
    return Figures(**first, notes=tuple(notes), other_balances=wallets)
