"""One sync, station by station: take the snapshots, bring the billing state up to them, write the totals."""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from spend_pipeline import credentials
from spend_pipeline.alerts.sending import Messenger
from spend_pipeline.alerts.setting import messenger
from spend_pipeline.catalog import catalog
from spend_pipeline.errors import ProviderFailure
from spend_pipeline.fan_out import Limits
from spend_pipeline.fx import FEED, Rates, read_feed
from spend_pipeline.integration import Integration
from spend_pipeline.key_ring import vault_at_hand
from spend_pipeline.outbound.ask import Credentials
from spend_pipeline.outbound.client import Client
from spend_pipeline.outbound.deadline import Deadline
from spend_pipeline.outbound.permits import Permits
from spend_pipeline.outbound.reach import Reach
from spend_pipeline.period import Period
from spend_pipeline.providers import PROVIDERS
from spend_pipeline.providers.declaration import Provider
from spend_pipeline.reading import Reader, Reading
from spend_pipeline.settings import Settings
from spend_pipeline.shared_accounts import by_client, counted_once
from spend_pipeline.skew import doubts_of_our_clock
from spend_pipeline.snapshot import snapshot
from spend_pipeline.store import billing, integrations, rates, snapshots, syncs
from spend_pipeline.store.database import Database
from spend_pipeline.store.permits import shared_bucket
from spend_pipeline.store.places import shared_places
from spend_pipeline.store.vault import Vault

log = logging.getLogger(__name__)

FEED_SECONDS = 10.0


@dataclass(frozen=True)
class SyncRun:
    """What a run is to sync: which sync, on whose behalf, over which providers and, if named, for one client only."""

    sync_id: UUID
    run_id: str
    trigger: str
    provider_names: list[str]
    client_id: int | None = None


@dataclass
class Syncing:
    """The stations of a sync over one database.

    `on_reading` is told of each reading: how many are done, of how many.
    """

    database: Database
    reader: Reader
    fx_url: str = FEED
    keep_months: int | None = None
    integrations_per_run: int | None = None
    messenger: Messenger | None = None
    clock: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))
    on_reading: Callable[[Reading, int, int], None] = field(default=lambda reading, done, total: None)

    def of_everything(self, whole: UUID) -> list[UUID]:
        """The syncs that an automatic sync of everything consists of: itself, or parts that run beside each other."""
        if self.integrations_per_run is None:
            return [whole]
        return syncs.in_parts(
            self.database, whole, trigger=syncs.AUTOMATIC, integrations_per_run=self.integrations_per_run
        )

    def take_snapshots(self, run: SyncRun, warn: Callable[[str], None] = log.warning) -> syncs.Sync:
        """Asks every integration in scope and appends the readings, all at once.

        Taken snapshots are never taken again. `warn` is told where the clock here is not the providers'.
        """
        with syncs.held(self.database, run.sync_id):
            sync = syncs.begin(
                self.database,
                run.sync_id,
                trigger=run.trigger,
                run_id=run.run_id,
                provider_names=[*run.provider_names, *self._undeclared(run)],
                client_id=run.client_id,
                now=self.clock(),
            )
            if not sync.taken:
                doubts = doubts_of_our_clock(self._take(sync))
                if doubts:
                    warn(doubts)
        return sync

    def _undeclared(self, run: SyncRun) -> list[str]:
        """Providers that integrations name and nobody declares any more: no run has a partition of theirs.

        A sync of everything fails them by name, and so does a requested one, which reads what was requested only.
        """
        declared = self.reader.providers
        if run.trigger != "manual" and not set(run.provider_names).issuperset(declared):
            return []
        return integrations.providers_other_than(self.database, list(declared))

    @property
    def _paid_figures(self) -> Mapping[str, Sequence[str]]:
        """The figures, by provider, that cost money to ask for."""
        paid = {name: provider.paid_figures for name, provider in self.reader.providers.items()}
        return {name: figures for name, figures in paid.items() if figures}

    def _take(self, sync: syncs.Sync) -> list[tuple[str, float]]:
        """Each reading's provider and skew; a client that waits is answered as soon as the last of its own is read."""
        to_read = snapshots.integrations_to_read(self.database, sync)
        period, known = Period(sync.synced_at), rates.latest(self.database)
        waiting = syncs.waiting_clients(self.database, sync.id)
        nobody_waits_for, skews = [], []
        with shared_places(self.database, self.reader.pace_of) as places:
            readings = self.reader.read_all(to_read, period, automatic=sync.automatic, places=places)
            counted = self._counted(readings, len(to_read))
            taken = ((reading, snapshot(reading, period, known)) for reading in counted)
            for client_id, whole in by_client(taken, to_read):
                skews += [(reading.integration.provider_name, reading.skew) for reading, _ in whole]
                if client_id in waiting:
                    snapshots.append_and_answer(self.database, sync, counted_once(whole), self._paid_figures)
                else:
                    nobody_waits_for += counted_once(whole)
        snapshots.append(self.database, sync, nobody_waits_for)
        return skews

    def _counted(self, readings: Iterable[Reading], total: int) -> Iterator[Reading]:
        for done, reading in enumerate(readings, 1):
            yield reading
            self.on_reading(reading, done, total)

    def rates_in_force(self) -> tuple[Rates, str]:
        """The exchange rates after a look at the feed, and what was wrong with it: what is known stays in force."""
        trouble = ""
        try:
            body = self.reader.client.fetch(self.fx_url, Deadline.after(FEED_SECONDS))
            rates.keep(self.database, read_feed(body))
        except ProviderFailure as failure:
            trouble = str(failure)
        return rates.latest(self.database), trouble

    def settle_billing(self, sync_id: UUID) -> list[UUID]:
        """Brings the integrations' billing state up to date; the syncs it was brought up to."""
        settled = syncs.to_settle(self.database, sync_id)
        with self.database.transaction() as connection:
            billing.apply(connection, settled, self._paid_figures)
        return settled

    def settle_totals(self, sync_id: UUID) -> list[UUID]:
        """Writes the totals and ends the syncs: whoever waits for one is answered."""
        settled = syncs.to_settle(self.database, sync_id)
        syncs.write_totals(self.database, settled)
        syncs.finish(self.database, settled)
        return settled


def syncing(settings: Settings, database: Database, providers: Mapping[str, Provider] | None = None) -> Syncing:
    """The stations as the settings want them, over the catalog they lead to if none is given."""
    known = catalog(settings) if providers is None else providers
    client = Client(
        connections=settings.max_in_flight,
        ca_bundle=str(settings.ca_bundle) if settings.ca_bundle else None,
        proxy=settings.proxy,
        reach=Reach.allowing(settings.allowed_hosts),
    )
    vault = vault_at_hand(settings, database)
    limits = Limits(settings.max_in_flight, settings.max_in_flight_per_provider, settings.integration_deadline_seconds)
    return Syncing(
        database,
        Reader(
            client,
            known,
            opener(vault, known),
            limits,
            settings.provider_urls,
            Permits(shared_bucket(database)),
        ),
        settings.fx_url,
        settings.retention_months,
        settings.integrations_per_run,
        messenger(settings, client, vault, known),
    )


def opener(of: Vault, providers: Mapping[str, Provider] = PROVIDERS) -> Callable[[Integration], Credentials]:
    """What turns an integration's sealed credentials into usable ones."""

    def open_credentials(integration: Integration) -> Credentials:
        stored = of.open(integration.sealed, client_id=integration.client_id, integration_id=integration.id)
        return credentials.resolved(providers[integration.provider_name], stored)

    return open_credentials
