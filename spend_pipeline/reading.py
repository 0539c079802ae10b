"""A reading: what a provider said of one integration at one moment, or why it did not."""

import hashlib
import json
import os
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime, timedelta

from spend_pipeline.errors import NotConfigured, ProviderFailure, Refused, Remembered
from spend_pipeline.fan_out import FanOut, Limits
from spend_pipeline.integration import Integration, in_turn, is_another_account
from spend_pipeline.outbound.ask import Credentials, Figures
from spend_pipeline.outbound.client import Client
from spend_pipeline.outbound.deadline import Deadline
from spend_pipeline.outbound.line import Line
from spend_pipeline.outbound.pace import Pace
from spend_pipeline.outbound.parking import parked
from spend_pipeline.outbound.permits import Permits
from spend_pipeline.outbound.places import Anywhere, Places
from spend_pipeline.period import Period
from spend_pipeline.providers.declaration import FIGURES, LABELS, PACE, PAID_QUERIES, Access, Call, Provider


@dataclass(frozen=True, slots=True)
class Reading:
    """The figures of one integration, or the failure.

    `supported` is False where the provider has no billing API to ask; `skew` is how far its clock is ahead of ours.
    `parked_until` is until when it wants to be left alone, where it answered so. An integration that is held back was
    not asked: its failure is that of an earlier reading.
    """

    integration: Integration
    figures: Figures | None = None
    failure: ProviderFailure | None = None
    supported: bool = True
    account: str = ""
    skew: float = 0.0
    seconds: float = 0.0
    parked_until: datetime | None = None


@dataclass(frozen=True)
class Reader:
    """Asks providers. `open` turns sealed credentials into usable ones, in this process and no earlier than needed."""

    client: Client
    providers: Mapping[str, Provider]
    open: Callable[[Integration], Credentials]
    limits: Limits = field(default_factory=Limits)
    urls: Mapping[str, str] = field(default_factory=dict)
    permits: Permits = field(default_factory=Permits)
    salt: bytes = field(default_factory=lambda: os.urandom(16), repr=False)

    def read_all(
        self,
        integrations: Iterable[Integration],
        period: Period,
        *,
        automatic: bool = False,
        places: Places | None = None,
    ) -> Iterator[Reading]:
        """One reading an integration, as they come; what costs money to ask only where the sync is `automatic`.

        Beside what is waited for `places` and permits, it ends within the deadline of the slowest, whatever any does.
        """
        began = time.monotonic()
        every = list(integrations)
        for each in every:
            if each.held_back:
                yield Reading(each, failure=Remembered(each.held_back.kind, each.held_back.error))
        asked = [each for each in every if not each.held_back]
        at = Counter(each.provider_name for each in asked)
        ahead = {name: (count, self.pace_of(name)) for name, count in at.items()}
        self.permits.take_ahead(ahead, automatic=automatic)
        fan: FanOut[Integration, Reading] = FanOut(
            work=lambda integration, deadline: self._timed(integration, period, deadline, automatic, began),
            host=lambda integration: integration.provider_name,
            limits=self.limits,
            places=places or Anywhere(),
        )
        for integration, outcome in fan.run(in_turn(asked)):
            if isinstance(outcome, ProviderFailure):
                yield Reading(integration, failure=outcome, seconds=self.limits.seconds)
            else:
                yield outcome

    def pace_of(self, name: str) -> Pace:
        """How often a provider may be asked."""
        return self.providers[name].pace if name in self.providers else PACE

    def _timed(
        self, integration: Integration, period: Period, deadline: Deadline, automatic: bool, began: float
    ) -> Reading:
        started = time.monotonic()
        try:
            reading = self._read(integration, period, deadline, automatic)
        except ProviderFailure as failure:
            failed, until = parked(failure, period.now + timedelta(seconds=time.monotonic() - began))
            reading = Reading(integration, failure=failed, parked_until=until)
        return replace(reading, seconds=time.monotonic() - started)

    def _read(self, integration: Integration, period: Period, deadline: Deadline, automatic: bool) -> Reading:
        provider = self.providers.get(integration.provider_name)
        if provider is None:
            raise NotConfigured(
                f"No provider is named '{integration.provider_name}' here: put its declaration back and start again, "
                "or remove the integration"
            )
        credentials = self.open(integration)
        access = provider.access_for(frozenset(credentials))
        if not access.calls:
            return Reading(integration, Figures(notes=(access.note,)), supported=False)
        line = self._line(provider, access, credentials, deadline, automatic)
        figures = read(access, credentials, period, line, automatic=automatic)
        if is_another_account(integration.account, figures.account):
            raise NotConfigured("The key belongs to another account than before: add it as an integration of its own")
        account = figures.account or self._fingerprint(credentials)
        return Reading(integration, figures, account=account, skew=line.skew)

    def _fingerprint(self, credentials: Credentials) -> str:
        """What tells equal credentials apart from others, in this process only: the salt dies with it."""
        return hashlib.blake2b(json.dumps(sorted(credentials.items())).encode(), key=self.salt).hexdigest()

    def _line(
        self, provider: Provider, access: Access, credentials: Credentials, deadline: Deadline, automatic: bool
    ) -> Line:
        override = self.urls.get(provider.name)
        return Line(
            self.client,
            deadline,
            turn=lambda: self.permits.wait_for_one(provider.name, provider.pace, deadline, automatic=automatic),
            base_url=(override or provider.base_url_for(credentials)).rstrip("/"),
            hosts=provider.hosts,
            overridden=override is not None,
            from_client=override is None and bool(provider.own_url),
            signatures=[auth.headers(credentials) for auth in access.auth] or [{}],
            permission=access.permission,
            elsewhere=provider.elsewhere(access, credentials),
        )


def read(access: Access, credentials: Credentials, period: Period, line: Line, *, automatic: bool = False) -> Figures:
    """The figures of every call of an access.

    A call that is refused beside one that is not is a note, not a failure; so is one left to the `automatic` sync.
    """
    learned: list[Figures] = []
    missing: list[tuple[Call, str]] = []
    failures: list[ProviderFailure] = []
    for call in access.calls:
        try:
            if _is_due(call, credentials, automatic):
                learned.append(line.converse(call.talk(credentials, period)))
            else:
                missing.append((call, _why_later(call, period)))
        except ProviderFailure as failure:
            if call.documented and not isinstance(failure, (Refused, NotConfigured)):
                raise
            failures.append(failure)
            missing.append((call, f"{failure}; it needs {call.missing}" if call.missing else str(failure)))
    if failures and not learned:
        raise failures[0]
    return _merged(learned, missing)


def _is_due(call: Call, credentials: Credentials, automatic: bool) -> bool:
    """Whether this sync asks a call: one that costs money is for the automatic sync, and only if that was agreed to.

    Raises NotConfigured where it was not.
    """
    if call.paid and credentials.get(PAID_QUERIES) != "yes":
        raise NotConfigured(f"{PAID_QUERIES} is not 'yes', so what costs {call.paid} was not asked")
    return automatic or not call.paid


def _why_later(call: Call, period: Period) -> str:
    due = f"{period.next_automatic:%Y-%m-%d %H:%M} UTC"
    return f"asking costs {call.paid}, so only the automatic sync asks, next at {due}"


def _merged(learned: list[Figures], missing: list[tuple[Call, str]]) -> Figures:
    """Each figure from the first conversation that gave it; a note for each that one without an answer would give."""
    first = {
        part.name: next((value for each in learned if (value := getattr(each, part.name)) is not None), None)
        for part in fields(Figures)
        if part.name not in ("notes", "other_balances")
    }
    notes = [note for each in learned for note in each.notes]
    for call, reason in missing:
        wanted = [LABELS[name] for name in FIGURES if name in call.gives and first[name] is None]
        if wanted:
            notes.append(f"No {' or '.join(wanted)}: {reason}")
    wallets = tuple(wallet for each in learned for wallet in each.other_balances)
    return Figures(**first, notes=tuple(notes), other_balances=wallets)
