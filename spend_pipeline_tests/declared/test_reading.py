"""What a declaration asks and reads, over real sockets: scales, signs, units, pages, bodies, in-band failures."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from spend_pipeline.declared.file import read
from spend_pipeline.integration import Integration
from spend_pipeline.outbound.client import Client
from spend_pipeline.period import Period
from spend_pipeline.reading import Reader, Reading
from spend_pipeline_tests.conftest import NOON
from spend_pipeline_tests.outbound.fault_server import Exchange, FaultServer, faulty

HEAD = """
name = "vendor"
label = "Vendor"
base_url = "{url}"
source = "these tests"
[[credentials]]
name = "api_key"
help = "any"
[auth]
type = "header"
header = "x-key"
prefix = "Key"
[[calls]]
path = "/figures"
"""
DAYS = '[calls.days]\nat = "/days"\ndate = "/day"\namount = "/cost"\ncurrency = "USD"\nsparse = true\n'

Asked = Callable[..., tuple[Reading, FaultServer]]


@pytest.fixture
def asked(tmp_path: Path) -> Asked:
    """The reading of a declaration whose provider answers with these bodies, one a request, the last for ever."""

    def ask(calls: str, *bodies: str) -> tuple[Reading, FaultServer]:
        def answer(exchange: Exchange) -> None:
            exchange.answer(bodies[min(exchange.number, len(bodies)) - 1].encode())

        with faulty(answer) as server:
            path = tmp_path / "vendor.toml"
            path.write_text(HEAD.replace("{url}", server.url) + calls)
            provider = read(path).provider
            reader = Reader(Client(), {provider.name: provider}, lambda _: {"api_key": "sk-1"})
            (reading,) = reader.read_all([Integration(1, 1, provider.name, sealed="")], Period(NOON))
        return reading, server

    return ask


@pytest.mark.parametrize(
    ("figure", "told", "read_as"),
    [
        ('currency = "USD"', "12.50", "12.50 USD"),
        ('currency = "EUR"\nscale = "cents"', '"1250"', "12.50 EUR"),
        ('currency = "USD"\nscale = "micros"', "12500000.5", "12.5000005 USD"),
        ('currency = "USD"\nscale = "nano"', "12500000000", "12.500000000 USD"),
        ('unit = "credits"', "1200", "1200 credits"),
        ('currency_at = "/unit"', "3", "3 GBP"),
        ('currency = "USD"\nsign = "either"', "-3", "-3 USD"),
        ('currency = "USD"\nsign = "negative"', "-3.30", "3.30 USD"),
        ('currency = "USD"\nsign = "owed"', "3", "-3 USD"),
        (
            'currency = "USD"\nsign = "owed"',
            "-12345678901.2345678901234567890123",
            "12345678901.2345678901234567890123 USD",
        ),
        ('currency = "USD"', "-3", None),
        ('currency = "USD"\nsign = "negative"', "3", None),
        ('currency = "USD"', "null", None),
        ('currency = "USD"', "true", None),
        ('currency = "USD"', "[1]", None),
        ('currency_at = "/none"', "3", None),
    ],
)
def test_a_number_is_read_as_it_is_declared(asked: Asked, figure: str, told: str, read_as: str | None) -> None:
    """Exactly, or not at all."""
    reading, server = asked(f'[calls.balance]\nat = "/a/0"\n{figure}\n', f'{{"a": [{told}], "unit": "GBP"}}')
    balance = reading.figures.balance if reading.figures else None
    assert (balance and f"{balance.amount:f} {balance.currency}") == read_as
    assert (reading.failure is None) is (read_as is not None)
    assert server.requests[0].headers["x-key"] == "Key sk-1"


@pytest.mark.parametrize("pointer", ["/a/-", "/a/1", "/a/00", "/a/b", "/b", "/a/0/0", "/text/0", "//"])
def test_a_place_that_is_not_there_is_named(asked: Asked, pointer: str) -> None:
    calls = f'[calls.balance]\nat = "{pointer}"\ncurrency = "USD"\n'
    reading, _ = asked(calls, '{"a": [1], "text": "123"}')
    assert str(reading.failure) == f"Invalid response: the field '{pointer}' is missing"


def page(*costs: int, **more: object) -> str:
    return json.dumps({"days": [{"day": "2026-11-22", "cost": cost} for cost in costs], **more})


@pytest.mark.parametrize(
    ("pages", "bodies", "queries"),
    [
        ('type = "number"\nparam = "page"\nlast = "/pages"', (page(1, pages=2), page(2, pages=2)), ["", "?page=2"]),
        ('type = "number"\nparam = "p"\nfirst = 0', (page(1), page(2), page()), ["?p=0", "?p=1", "?p=2"]),
        ('type = "offset"\nparam = "skip"', (page(1, 1), page(1), page()), ["", "?skip=2", "?skip=3"]),
        ('type = "cursor"\nparam = "after"\ncursor = "/n"', (page(1, n="a&b"), page(2, n="")), ["", "?after=a%26b"]),
    ],
)
def test_every_page_is_asked_for(asked: Asked, pages: str, bodies: tuple[str, ...], queries: list[str]) -> None:
    reading, server = asked(f"[calls.pages]\n{pages}\n{DAYS}", *bodies)
    assert reading.figures is not None, reading.failure
    assert reading.figures.usage_month is not None
    assert reading.figures.usage_month.amount == 3
    assert [exchange.line.split(" ")[1] for exchange in server.requests] == [f"/figures{query}" for query in queries]


def test_pages_that_repeat_are_no_figure(asked: Asked) -> None:
    calls = f'[calls.pages]\ntype = "cursor"\nparam = "after"\ncursor = "/n"\n{DAYS}'
    reading, server = asked(calls, page(1, n="same"))
    assert str(reading.failure) == "Invalid response: the pages repeat"
    assert len(server.requests) == 2


def test_a_body_is_sent_with_its_moments_and_its_page(asked: Asked) -> None:
    """A Unix time that stands alone is a number there, and so is a page's."""
    calls = (
        'method = "POST"\nbody = { since = "{month_start:unix}", text = "{{{today}}}", deep = [{ on = true }] }\n'
        f'[calls.pages]\ntype = "number"\nparam = "page"\nfirst = 1\nlast = "/pages"\n{DAYS}'
    )
    _, server = asked(calls, page(1, pages=2), page(1, pages=2))
    sent = [json.loads(exchange.request.partition(b"\r\n\r\n")[2]) for exchange in server.requests]
    body = {"since": 1793491200, "text": "{2026-11-22}", "deep": [{"on": True}]}
    assert sent == [{**body, "page": 1}, {**body, "page": 2}]


@pytest.mark.parametrize(
    ("equals", "told", "failure"),
    [
        ("true", "true", None),
        ("true", "1", "Invalid response: the answer says of itself that it failed"),
        ("1", "true", "Invalid response: the answer says of itself that it failed"),
        ("0", "0.0", None),
        ("0", '"0"', "Invalid response: the answer says of itself that it failed"),
        ("0", "7", "API key invalid or expired"),
        ('"ok"', '"late"', "The provider is limiting our requests (HTTP 429)"),
        ("0", "null", "Invalid response: the answer says of itself that it failed"),
    ],
)
def test_an_answer_says_of_itself_how_it_went(asked: Asked, equals: str, told: str, failure: str | None) -> None:
    success = f'[calls.success]\nat = "/ok"\nequals = {equals}\nmeans = {{ 7 = 401, late = 429 }}\n'
    reading, _ = asked(f"{success}{DAYS}", f'{{"ok": {told}, "days": []}}')
    assert (str(reading.failure) if reading.failure else None) == failure


@pytest.mark.parametrize(
    ("form", "day", "today"),
    [
        ("date", '"2026-11-22"', 5),
        ("rfc3339", '"2026-11-21T23:00:00-02:00"', 5),
        ("unix", "1795305600", 5),
        ("date", '"2026-11-21"', 0),
        ("date", "7", None),
        ("unix", "-1", None),
        ("unix", "1e11", None),
        ("rfc3339", '"today"', None),
        ("date", '"2026-10-31"', None),
        ("date", '"2026-11-23"', None),
    ],
)
def test_a_day_is_the_day_it_says(asked: Asked, form: str, day: str, today: int | None) -> None:
    """In UTC, of this month, until today."""
    reading, _ = asked(f'{DAYS}date_as = "{form}"\n', f'{{"days": [{{"day": {day}, "cost": 5}}]}}')
    figures = reading.figures
    assert (figures and figures.usage_today and figures.usage_today.amount) == today
    assert (reading.failure is None) is (today is not None)
