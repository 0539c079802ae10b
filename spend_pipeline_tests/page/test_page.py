"""The page, as people use it: in a browser, on PostgreSQL, Dagster and the endpoint, against the sandbox."""

import csv
import re
from pathlib import Path
from typing import Literal

import pytest
import requests
from playwright.sync_api import Locator, expect

from spend_pipeline.sandbox.server import Sandbox
from spend_pipeline.tokens import new_token
from spend_pipeline_tests.e2e.running_house import RunningHouse
from spend_pipeline_tests.page.visitor import Visit

PHONE = 390
ColorScheme = Literal["light", "dark"]
INTEGRATIONS = "/api/v1/integrations/"


def charts(place: Locator) -> Locator:
    return place.locator(".chart svg")


def test_signing_in_keeps_the_token_nowhere(visit: Visit, acme: str) -> None:
    """A wrong token is said to be wrong, where the eye and the screen reader are; a reload asks anew."""
    visitor = visit()
    field = visitor.page.get_by_label("Client token")
    for wrong in ("two words", new_token().text):
        visitor.sign_in(wrong)
        expect(visitor.page.locator("#token-error")).to_contain_text(re.compile("token"))
        expect(field).to_have_attribute("aria-invalid", "true")
        expect(field).to_be_focused()
    visitor.see(acme)
    expect(field).to_have_value("")
    assert visitor.kept() == [0, 0, "", f"{visitor.url}/"]
    visitor.button("Sign out").click()
    expect(field).to_be_focused()
    visitor.see(acme)
    visitor.page.reload()
    expect(field).to_be_visible()
    expect(visitor.page.get_by_role("heading", name="Accounts")).to_be_hidden()


def test_a_sync_shows_what_was_read_and_an_error_until_it_is_repaired(
    visit: Visit, house: RunningHouse, sandbox: Sandbox
) -> None:
    """The wait of the minute is counted down; whoever asks too early is told."""
    given = sandbox.credentials
    right = {"provider_name": "fal_ai", "credentials": given["fal_ai"]["admin"]}
    token, ids = house.add_client(
        "beta", ("openrouter", given["openrouter"]["management"]), ("fal_ai", {"api_key": "nobodys"})
    )
    visitor = visit()
    visitor.see(token)
    expect(visitor.account("OpenRouter")).to_contain_text("unknown")
    visitor.sync()
    expect(visitor.status).to_contain_text("1 read, 1 failed")
    expect(visitor.page.locator("#sync-wait")).to_have_text(re.compile(r"again in [1-6]?\d s"))
    (row,) = house.rows(f"select balance from spend_snapshots where integration_id = {ids[0]}")
    expect(visitor.account("OpenRouter")).to_contain_text(f"{row['balance']:,.2f}")
    expect(visitor.account("OpenRouter")).to_contain_text("reported")
    trouble = visitor.page.get_by_role("region", name="Needs attention")
    expect(trouble).to_contain_text("API key invalid or expired.Add an integration with a key that is valid")

    early = visit()
    early.see(token)
    early.button("Sync now").click()
    expect(early.status).to_contain_text("One sync a minute")
    expect(early.button("Sync now")).to_have_attribute("aria-disabled", "true")

    bearer = {"Authorization": f"Bearer {token}"}
    assert requests.post(visitor.url + INTEGRATIONS, json=right, headers=bearer, timeout=30).status_code == 201
    assert requests.delete(f"{visitor.url}{INTEGRATIONS}{ids[1]}", headers=bearer, timeout=30).ok
    house.free_the_minute()
    visitor.page.reload()
    visitor.see(token)
    visitor.sync()
    expect(visitor.status).to_contain_text("2 read, in ")
    expect(trouble).to_be_hidden()


def test_every_chart_is_drawn_and_has_its_table_and_file(visit: Visit, acme: str, tmp_path: Path) -> None:
    """One of spend, one an account with a balance; a top-up is marked; the file has the rows of the table."""
    visitor = visit()
    visitor.see(acme)
    days = visitor.page.get_by_role("region", name="Spend by day USD", exact=True)
    balances = visitor.page.get_by_role("region", name="Balance by day", exact=True)
    expect(charts(days)).to_have_count(1)
    expect(charts(balances)).to_have_count(4)
    expect(balances.get_by_text("+196.00 USD")).to_be_visible()
    expect(days.locator(".key li").first).to_have_text("Anthropic")
    for place, name in ((days, "daily-spend"), (balances, "balance-history")):
        assert charts(place).first.locator("path").count() > 0
        place.locator("summary").click()
        with visitor.page.expect_download() as download:
            place.get_by_role("button", name="Download CSV").click()
        assert download.value.suggested_filename == f"{name}.csv"
        download.value.save_as(tmp_path / name)
        with (tmp_path / name).open(encoding="utf-8", newline="") as file:
            assert place.locator("tbody tr").count() == len(list(csv.DictReader(file)))
    expect(days.locator("tbody")).to_contain_text("estimated")
    visitor.page.get_by_label("Show").select_option("90")
    expect(days.locator("tbody tr")).not_to_have_count(0)


def test_figures_say_where_they_come_from_and_how_old_they_are(visit: Visit, acme: str) -> None:
    visitor = visit()
    visitor.see(acme)
    expect(visitor.account("OpenRouter")).to_contain_text("220.00USDreported")
    expect(visitor.account("OpenRouter")).to_contain_text("55 days")
    expect(visitor.account("OpenRouter")).to_contain_text(re.compile("min ago|just now"))
    expect(visitor.account("DeepSeek")).to_contain_text("27.50CNYreported")
    expect(visitor.account("Firecrawl")).to_contain_text("1,250credits")
    expect(visitor.account("Anthropic")).to_contain_text("unknownunknown9.00")
    expect(visitor.account("fal.ai")).to_contain_text("failing")


def test_the_keyboard_alone_is_enough(visit: Visit, acme: str) -> None:
    """From the first Tab on: skip link, theme, figures, file, table and sync, each with its focus to be seen."""
    visitor = visit()
    page = visitor.page
    page.keyboard.type(acme)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Balances and spend")).to_be_focused()
    page.keyboard.press("Tab")
    expect(visitor.button("Sync now")).to_be_focused()
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    reached = set()
    for _ in range(40):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.tagName + ' ' + document.activeElement.textContent"))
        if page.evaluate("document.activeElement.tagName") == "SUMMARY":
            page.keyboard.press("Enter")
            break
    assert {"BUTTON Download CSV", "SUMMARY Spend by day as a table"} <= reached
    expect(page.locator("#days details")).to_have_attribute("open", "")
    page.keyboard.press("Shift+Tab")
    expect(page.locator("#days").get_by_role("button")).to_be_focused()


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (1280, "dark"), (PHONE, "light")])
def test_nobody_is_kept_out(visit: Visit, acme: str, width: int, scheme: ColorScheme) -> None:
    """axe-core finds nothing, signed out and in, in either colours; a phone scrolls down alone."""
    visitor = visit(width, color_scheme=scheme)
    assert visitor.barriers() == []
    visitor.see(acme)
    expect(charts(visitor.page.locator("#board"))).to_have_count(5)
    assert visitor.barriers() == []
    for summary in visitor.page.locator("summary").all():
        summary.click()
    assert visitor.width() == width


def test_light_and_dark_by_the_system_and_by_the_button(visit: Visit, acme: str) -> None:
    visitor = visit(color_scheme="dark")
    paper = "getComputedStyle(document.documentElement).backgroundColor"
    visitor.see(acme)
    bar = charts(visitor.page.locator("#days")).locator(".mark-rect path").first
    dark, dark_bar = visitor.page.evaluate(paper), bar.get_attribute("fill")
    visitor.button("Light").click()
    assert visitor.page.evaluate(paper) != dark
    expect(bar).not_to_have_attribute("fill", dark_bar or "")
    visitor.button("Dark").click()
    assert visitor.page.evaluate(paper) == dark


def test_an_endpoint_that_went_away_is_missed_and_found_again(visit: Visit, house: RunningHouse, acme: str) -> None:
    """The figures stay, what happened is said above them, and nobody has to do anything once it is back."""
    visitor = visit()
    visitor.see(acme)
    notice = visitor.page.locator("#notice")
    with visitor.page.expect_request_finished():
        visitor.page.get_by_label("Show").select_option("90")
    endpoint = house.part("endpoint")
    endpoint.suspend()
    visitor.page.get_by_label("Show").select_option("30")
    endpoint.kill()
    expect(notice).to_contain_text("The endpoint does not answer")
    expect(visitor.account("OpenRouter")).to_contain_text("220.00")
    expect(notice).to_be_empty(timeout=60_000)
