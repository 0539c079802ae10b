"""A house and a browser for all tests of the page: each test visits as somebody of its own."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from spend_pipeline.sandbox.server import Sandbox, running
from spend_pipeline_tests.e2e.running_house import RunningHouse
from spend_pipeline_tests.page import histories
from spend_pipeline_tests.page.visitor import Visit, chromium, visiting


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with running() as server:
        yield server


@pytest.fixture(scope="module")
def house(sandbox: Sandbox) -> Iterator[RunningHouse]:
    """PostgreSQL, Dagster and the endpoint, as `spend up` starts them."""
    with tempfile.TemporaryDirectory(prefix="spend-tests-") as home:
        up = RunningHouse(Path(home), sandbox, ui=False)
        up.start()
        yield up
        up.stop()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = chromium(playwright)
        yield browser
        browser.close()


@pytest.fixture
def visit(browser: Browser, house: RunningHouse) -> Iterator[Visit]:
    with visiting(browser, f"http://127.0.0.1:{house.api_port}") as visit:
        yield visit


@pytest.fixture(scope="module")
def acme(house: RunningHouse) -> str:
    """The token of a client with fifty days behind it, which no test changes."""
    token, ids = house.add_client("acme", *histories.ACCOUNTS)
    (client,) = house.rows("select id from clients where name = 'acme'")
    histories.tell(house.database(), client["id"], ids)
    return token
