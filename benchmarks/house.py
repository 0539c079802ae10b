"""A throw-away home with a database, eight declared providers and as many integrations as are wanted."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import text

from spend_pipeline.credentials import preview
from spend_pipeline.embedded import embedded
from spend_pipeline.instance import environment
from spend_pipeline.key_ring import vault
from spend_pipeline.settings import Settings
from spend_pipeline.store import clients
from spend_pipeline.store.database import Database
from spend_pipeline.store.migrations import upgrade

PROVIDERS = 8  # at 16 places each they fill the 128 places that there are
DECLARATION = """
name = "bench_{number}"
label = "Bench {number}"
base_url = "http://127.0.0.1:1"
source = "benchmarks/provider.py"
permission = "none is needed"
[[credentials]]
name = "api_key"
help = "any"
[[credentials]]
name = "account"
help = "a number"
[auth]
type = "bearer"
[[calls]]
path = "/accounts/{{account}}"
[calls.balance]
at = "/balance"
currency = "USD"
[calls.usage_today]
at = "/usage_today"
currency = "USD"
[calls.usage_month]
at = "/usage_month"
currency = "USD"
"""
INSERT = """
insert into integrations (id, client_id, provider_name, key_label, credentials, key_preview)
overriding system value
select (r->>0)::bigint, (r->>1)::bigint, r->>2, r->>3, r->>4, r->5
from jsonb_array_elements(cast(:rows as jsonb)) r
"""


@dataclass(frozen=True)
class House:
    """The home, its database, and the address of the provider."""

    settings: Settings
    database: Database
    provider_url: str
    tokens: list[str] = field(default_factory=list)
    owners: list[int] = field(default_factory=list)

    def environment(self, mode: str, run: str) -> dict[str, str]:
        """What a process needs to sync here, asking the provider in this mode."""
        urls = {f"bench_{number}": f"{self.provider_url}/{mode}/{run}" for number in range(PROVIDERS)}
        settings = self.settings.model_copy(update={"provider_urls": urls, "fx_url": f"{self.provider_url}/fx"})
        return environment(settings, self.database.url)

    def keep_active(self, accounts: int) -> None:
        """Only the first so many integrations are synced from now on."""
        with self.database.as_owner() as connection:
            connection.execute(text("update integrations set is_active = key_label::int < :n"), {"n": accounts})

    def add(self, accounts: int, of_client: int | None = None) -> None:
        """More integrations, of all clients in turn or of one; by one statement, since one by one takes minutes."""
        keys = vault(self.settings, self.database)
        with self.database.as_owner() as connection:
            first = int(connection.execute(text("select count(*) from integrations")).scalar() or 0)
            rows = []
            for number in range(first, first + accounts):
                given = {"api_key": f"key-{number}-of-nobody", "account": str(number)}
                owner = self.owners[number % len(self.owners) if of_client is None else of_client]
                sealed = keys.seal(given, client_id=owner, integration_id=number + 1)
                rows.append([number + 1, owner, f"bench_{number % PROVIDERS}", str(number), sealed, preview(given)])
            connection.execute(text(INSERT), {"rows": json.dumps(rows)})
            connection.execute(text("analyze"))

    def postgres_version(self) -> str:
        with self.database.as_owner() as connection:
            return str(connection.execute(text("show server_version")).scalar()).split()[0]


@contextmanager
def provider() -> Iterator[str]:
    """The provider's address, while it runs."""
    words = [sys.executable, "-m", "benchmarks.provider"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.kill()  # it has nothing to end, and may have inherited that SIGTERM is ignored


@contextmanager
def house(accounts: int, clients_count: int = 1) -> Iterator[House]:
    """A migrated database with these integrations, spread evenly over providers and clients; all goes at the end."""
    with (
        tempfile.TemporaryDirectory(prefix="spend-bench-") as folder,
        provider() as url,
        embedded(Path(folder)) as (_, db),
    ):
        home = Path(folder)
        declare(home)
        settings = Settings(home=home)
        database = Database(db)
        upgrade(database)
        there = House(settings, database, url)
        _fill(there, accounts, clients_count)
        yield there
        database.dispose()


def declare(home: Path) -> None:
    (home / "providers").mkdir()
    for number in range(PROVIDERS):
        (home / "providers" / f"bench_{number}.toml").write_text(DECLARATION.format(number=number), encoding="utf-8")


def _fill(house: House, accounts: int, clients_count: int) -> None:
    """Clients, and integrations dealt out to them in turn."""
    added = [clients.add(house.database, f"client {number}") for number in range(clients_count)]
    house.tokens.extend(token.text for _, token in added)
    house.owners.extend(client.id for client, _ in added)
    house.add(accounts)


def clean_environment() -> None:
    """A developer's own settings are not what is measured."""
    for name in [name for name in os.environ if name.startswith("SPEND_")]:
        del os.environ[name]
