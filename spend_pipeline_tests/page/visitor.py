"""Somebody at the page: a browser's tab, and everything that went wrong in it."""

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, Playwright, expect

ARGUMENTS = (
    "--headless",
    "--no-sandbox",  # it refuses to run as root with one
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
SYSTEMS_OWN = ("chromium", "chromium-browser", "google-chrome")
# What Chromium itself says of every answer that is not 2xx, wanted or not.
NOT_OK = "Failed to load resource"

expect.set_options(timeout=60_000)  # for a machine that has much else to do; what is there is not waited for


def chromium(playwright: Playwright) -> Browser:
    """The system's Chromium; where there is none, what `playwright install chromium` brought."""
    found = next(filter(None, map(shutil.which, SYSTEMS_OWN)), None)
    return playwright.chromium.launch(executable_path=found, args=list(ARGUMENTS))


@dataclass
class Visitor:
    """A tab at the page's address; `wrong` is what the console and the network had to complain of."""

    page: Page
    url: str
    wrong: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", lambda said: self._complain(said.type, said.text))
        self.page.on("pageerror", lambda error: self.wrong.append(f"error {error}"))
        self.page.on("request", lambda request: self._elsewhere(request.url))
        self.page.goto(f"{self.url}/")

    def sign_in(self, token: str) -> None:
        self.page.get_by_label("Client token").fill(token)
        self.page.get_by_role("button", name="Sign in").click()

    def see(self, token: str) -> None:
        """Signs in, and waits until the figures are there."""
        self.sign_in(token)
        expect(self.page.get_by_role("heading", name="Balances and spend")).to_be_focused()

    def sync(self) -> None:
        """Asks for a sync by the button, and waits for its end."""
        self.button("Sync now").click()
        expect(self.status).to_contain_text(" read", timeout=120_000)

    @property
    def status(self) -> Locator:
        return self.page.locator("#sync-status")

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    def account(self, name: str) -> Locator:
        """The row of an account in the table of them."""
        return self.page.locator("#accounts-table tr").filter(has=self.page.get_by_role("rowheader", name=name)).first

    def kept(self) -> Any:
        """Everything a browser could keep of a page."""
        return self.page.evaluate("[localStorage.length, sessionStorage.length, document.cookie, location.href]")

    def width(self) -> int:
        """How far the page can be scrolled to the right, in all."""
        return int(self.page.evaluate("document.documentElement.scrollWidth"))

    def barriers(self) -> list[str]:
        """What axe-core finds that keeps somebody out; a chart is one image to it."""
        found = Axe().run(self.page, context={"exclude": [[".chart"]]}).response["violations"]
        return [f"{each['id']}: {json.dumps([node['html'] for node in each['nodes']])}" for each in found]

    def _complain(self, kind: str, text: str) -> None:
        if kind in {"error", "warning"} and not text.startswith(NOT_OK):
            self.wrong.append(f"{kind} {text}")

    def _elsewhere(self, url: str) -> None:
        if not url.startswith((f"{self.url}/", f"blob:{self.url}/")):
            self.wrong.append(f"request to {url}")


Visit = Callable[..., Visitor]


@contextmanager
def visiting(browser: Browser, url: str) -> Iterator[Visit]:
    """Opens tabs, each of somebody else; at the end nothing may have gone wrong in any of them."""
    visitors = []

    def visit(width: int = 1280, **how: Any) -> Visitor:
        context = browser.new_context(viewport={"width": width, "height": 900}, accept_downloads=True, **how)
        visitors.append(Visitor(context.new_page(), url))
        return visitors[-1]

    yield visit
    for visitor in visitors:
        visitor.page.context.close()
        assert visitor.wrong == []
