"""Crossed budgets on the page: what happened and what to do, for everybody, in either colours, on a phone too."""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, expect

from spend_pipeline.settings import Settings
from spend_pipeline.store.database import Database
from spend_pipeline.store.vault import Vault
from spend_pipeline_tests.api.endpoint import serving
from spend_pipeline_tests.conftest import NOON
from spend_pipeline_tests.page.visitor import Visit, visiting
from spend_pipeline_tests.store import books
from spend_pipeline_tests.store.alerting import Watched, later

LABEL = "<b>Production</b>"


@pytest.fixture
def visit(browser: Browser, database: Database, tmp_path: Path) -> Iterator[Visit]:
    pool = Database(database.url)
    with serving(Settings(home=tmp_path), pool) as (url, _), visiting(browser, url) as visit:
        yield visit
    pool.dispose()


@pytest.fixture
def watched(database: Database, vault: Vault) -> Watched:
    """A limit that blocks, a balance that is low, and one over the whole client, all crossed."""
    watched = Watched(database, books.add_client(database, vault, books.OPENROUTER, books.OPENROUTER))
    watched.budget(0, spend_limit_amount=100, spend_limit_action="block", key_label=LABEL)
    watched.budget(1, low_balance_amount=10)
    watched.together(low_balance_amount=100)
    watched.read(NOON, watched.figures(0, "20", "1", "120.5"), watched.figures(1, "5", "1", "2"))
    return watched


def test_what_is_crossed_is_said_with_what_to_do_until_it_is_over(visit: Visit, watched: Watched) -> None:
    visitor = visit()
    visitor.see(watched.added.token)
    alerts = visitor.page.get_by_role("region", name="Budgets that are crossed")
    expect(alerts.get_by_role("listitem")).to_have_count(3)
    expect(alerts).to_contain_text(f"{LABEL}): 120.50 USD spent in 2026-11 (UTC), above the limit of 100.00 USD.")
    expect(alerts).to_contain_text("A gateway that heeds the limit stops sending requests there.")
    expect(alerts).to_contain_text("All accounts together: 25.00 USD left, below the threshold of 100.00 USD.")
    expect(alerts).to_contain_text("Since 22 Nov 2026, 12:00 UTC; the next sync looks again.")
    watched.budget(0, spend_limit_amount=None)
    watched.budget(1, low_balance_amount=1)
    watched.together(low_balance_amount=None)
    watched.look(later())
    visitor.page.get_by_label("Show").select_option("90")
    expect(alerts).to_be_hidden()
    visitor.button("Sign out").click()
    assert visitor.page.locator("#alerts li").count() == 0


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (1280, "dark"), (390, "light"), (390, "dark")])
def test_nobody_is_kept_out(visit: Visit, watched: Watched, width: int, scheme: Literal["light", "dark"]) -> None:
    """axe-core finds nothing, and a phone scrolls down alone."""
    visitor = visit(width, color_scheme=scheme)
    visitor.see(watched.added.token)
    expect(visitor.page.get_by_role("region", name="Budgets that are crossed")).to_be_visible()
    assert visitor.barriers() == []
    assert visitor.width() == width
