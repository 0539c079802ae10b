"""One sync, station by station: take the snapshots, bring the billing state up to them, write the totals."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from spend_pipeline import credentials
from spend_pipeline.errors import ProviderFailure
from spend_pipeline.fan_out import Limits
from spend_pipeline.fx import FEED, Rates, read_feed
from spend_pipeline.integration import Integration
from spend_pipeline.outbound.ask import Credentials
from spend_pipeline.outbound.client import Client
from spend_pipeline.outbound.deadline import Deadline
from spend_pipeline.period import Period
from spend_pipeline.providers import PROVIDERS
from spend_pipeline.reading import Reader, Reading
from spend_pipeline.settings import Settings
from spend_pipeline.shared_accounts import counted_once
from spend_pipeline.snapshot import snapshot
from spend_pipeline.store import rates, snapshots, syncs
from spend_pipeline.store.database import Database
from spend_pipeline.store.vault import Vault, ring, ring_in_file

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
    clock: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))
    on_reading: Callable[[Reading, int, int], None] = field(default=lambda reading, done, total: None)

    def take_snapshots(self, run: SyncRun) -> syncs.Sync:
        """Asks every integration in scope and appends the readings, all at once.

        Taken snapshots are never taken again.
        """
        with syncs.held(self.database, run.sync_id):
            sync = syncs.begin(
                self.database,
                run.sync_id,
                trigger=run.trigger,
                run_id=run.run_id,
                provider_names=run.provider_names,
                client_id=run.client_id,
                now=self.clock(),
            )
            if not sync.taken:
                self._take(sync)
        return sync

    def _take(self, sync: syncs.Sync) -> None:
        integrations = snapshots.integrations_to_read(self.database, sync)
        period, known = Period(sync.synced_at), rates.latest(self.database)
        taken = []
        for reading in self.reader.read_all(integrations, period):
            taken.append((reading, snapshot(reading, period, known)))
            self.on_reading(reading, len(taken), len(integrations))
        snapshots.append(self.database, sync, counted_once(taken))

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
        syncs.apply_billing(self.database, settled)
        return settled

    def settle_totals(self, sync_id: UUID) -> list[UUID]:
        """Writes the totals and ends the syncs: whoever waits for one is answered."""
        settled = syncs.to_settle(self.database, sync_id)
        syncs.write_totals(self.database, settled)
        syncs.finish(self.database, settled)
        return settled


def syncing(settings: Settings, database: Database) -> Syncing:
    """The stations as the settings want them."""
    client = Client(
        connections=settings.max_in_flight,
        ca_bundle=str(settings.ca_bundle) if settings.ca_bundle else None,
        proxy=settings.proxy,
    )
    limits = Limits(settings.max_in_flight, settings.max_in_flight_per_provider, settings.integration_deadline_seconds)
    return Syncing(
        database,
        Reader(client, PROVIDERS, opener(vault(settings, database)), limits, settings.provider_urls),
        settings.fx_url,
        settings.retention_months,
    )


def vault(settings: Settings, database: Database) -> Vault:
    """The vault whose keys are set, or kept in the home folder."""
    if settings.secret_key is not None:
        return ring(settings.secret_key.get_secret_value())
    (sealed,) = database.rows("sealed_credentials_exist")
    return ring_in_file(settings.home / "secret.key", sealed_rows_exist=sealed["sealed"])


def opener(of: Vault) -> Callable[[Integration], Credentials]:
    """What turns an integration's sealed credentials into usable ones."""

    def open_credentials(integration: Integration) -> Credentials:
        stored = of.open(integration.sealed, client_id=integration.client_id, integration_id=integration.id)
        return credentials.resolved(PROVIDERS[integration.provider_name], stored)

    return open_credentials
