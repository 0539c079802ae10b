"""What the page says where there is nothing yet to show, and where the database is away."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import Connection, text

from spend_pipeline.settings import Settings
from spend_pipeline.store.database import Database
from spend_pipeline.store.vault import Vault
from spend_pipeline_tests.api.endpoint import serving
from spend_pipeline_tests.page.visitor import Visit, visiting
from spend_pipeline_tests.store import books


@pytest.fixture
def visit(browser: Browser, database: Database, tmp_path: Path) -> Iterator[Visit]:
    """At an endpoint over the test's own database, behind which nobody listens."""
    pool = Database(database.url)
    with serving(Settings(home=tmp_path), pool) as (url, _), visiting(browser, url) as visit:
        yield visit
    pool.dispose()


@contextmanager
def away(database: Database) -> Iterator[None]:
    """Nobody gets a connection while the block lasts."""
    url = database.engine.url
    admin = Database(url.set(database="postgres").render_as_string(hide_password=False))
    with admin.session() as connection:
        connection.exec_driver_sql(f'alter database "{url.database}" allow_connections false')
        cut_from(connection, str(url.database))
        try:
            yield
        finally:
            connection.exec_driver_sql(f'alter database "{url.database}" allow_connections true')
    admin.dispose()


def cut_from(connection: Connection, name: str) -> None:
    """Ends every connection to a database."""
    ended = "select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = :name"
    connection.execute(text(ended), {"name": name})


def test_without_an_integration_it_says_how_to_add_one(visit: Visit, database: Database, vault: Vault) -> None:
    visitor = visit()
    visitor.see(books.add_client(database, vault).token)
    empty = visitor.page.get_by_role("region", name="No integrations yet")
    expect(empty).to_contain_text("spend integrations add --client my-team --provider openrouter")
    expect(visitor.page.get_by_role("heading", name="Accounts")).to_be_hidden()
    visitor.button("Sync now").click()
    expect(visitor.status).to_have_text("There is nothing to sync: no integration is active.")


def test_before_the_first_sync_everything_is_unknown(visit: Visit, database: Database, vault: Vault) -> None:
    """Never 0; and where nobody is there to run a sync, that is what is said."""
    visitor = visit()
    visitor.see(books.add_client(database, vault, books.OPENROUTER).token)
    expect(visitor.page.locator("#headline .big")).to_have_text(["unknown"] * 4)
    expect(visitor.account("OpenRouter").get_by_role("cell")).to_have_text([*["unknown"] * 5, "not yet"])
    expect(visitor.page.locator("#days-chart")).to_contain_text("Nothing is known of these days yet")
    visitor.button("Sync now").click()
    expect(visitor.status).to_have_text("Nobody is there to run the sync right now, so nothing was queued.")


def test_a_database_that_is_away_is_said_and_asked_again(visit: Visit, database: Database, vault: Vault) -> None:
    """To who signs in, and to who looks on; there it heals by itself."""
    token = books.add_client(database, vault, books.OPENROUTER).token
    looking, entering = visit(), visit()
    looking.see(token)
    with away(database):
        looking.page.get_by_label("Show").select_option("90")
        expect(looking.page.locator("#notice")).to_contain_text("The database cannot be reached right now")
        entering.sign_in(token)
        expect(entering.page.locator("#token-error")).to_contain_text("The database cannot be reached right now")
    expect(looking.page.locator("#notice")).to_be_empty()
    entering.see(token)


def test_a_token_that_is_revoked_ends_the_visit(visit: Visit, database: Database, vault: Vault) -> None:
    added = books.add_client(database, vault, books.OPENROUTER)
    visitor = visit()
    visitor.see(added.token)
    books.write(database, "update clients set is_active = false where id = :id", id=added.client.id)
    visitor.page.get_by_label("Show").select_option("90")
    expect(visitor.page.locator("#token-error")).to_contain_text("This client is disabled")
    expect(visitor.page.get_by_role("heading", name="Balances and spend")).to_be_hidden()
