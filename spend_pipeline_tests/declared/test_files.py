"""A declaration's file says what is wrong with it, by line and field, and declares exactly what it says."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from spend_pipeline.declared import form
from spend_pipeline.declared.file import LARGEST, BrokenFile, read
from spend_pipeline.house import TOP

EXAMPLES = TOP / "docs" / "examples" / "providers"
NORTHWIND = (EXAMPLES / "northwind.toml").read_text(encoding="utf-8")
TAILSPIN = (EXAMPLES / "tailspin.toml").read_text(encoding="utf-8")
DOCUMENTATION = (TOP / "docs" / "declaring-providers.md").read_text(encoding="utf-8")

Problems = Callable[[str], list[str]]


@pytest.fixture
def problems(tmp_path: Path) -> Problems:
    """What is wrong with a text, without the file's name."""

    def of(text: str) -> list[str]:
        path = tmp_path / "vendor.toml"
        path.write_text(text, encoding="utf-8")
        with pytest.raises(BrokenFile) as broken:
            read(path)
        return [problem.removeprefix(f"{path}, ") for problem in broken.value.problems]

    return of


@pytest.mark.parametrize("text", [NORTHWIND, TAILSPIN], ids=["northwind", "tailspin"])
def test_each_key_that_is_needed_is_missed_on_its_tables_line(problems: Problems, text: str) -> None:
    """The line of the table that lacks it, or the first where the whole file does."""
    lines = text.split("\n")
    for number, line in enumerate(lines):
        name = line.partition(" = ")[0]
        if name in ("name", "label", "base_url", "source", "help", "path", "at", "date", "amount"):
            (first, *_) = problems("\n".join([*lines[:number], "", *lines[number + 1 :]]))
            above = [at for at, other in enumerate(lines[:number], 1) if re.match(r"\[+", other)]
            assert first.startswith(f"line {above[-1] if above else 1}: ")
            assert re.search(rf"\b{name} is missing", first) or "no figure" in first


@pytest.mark.parametrize(
    ("written", "instead", "problem"),
    [
        ('label = "Northwind AI"', "label = 7", "line 3: label is not text"),
        ('label = "Northwind AI"', 'label = ""', "line 3: label is empty, or starts"),
        ('name = "northwind"', 'name = "North Wind"', "line 2: name is not a lower-case word"),
        ('"https://api.northwind.example"', '"http://api.northwind.example"', "line 4: base_url is not https"),
        (
            '"https://api.northwind.example"',
            '"https://key@api.northwind.example"',
            "line 4: base_url is not an address",
        ),
        ('"https://api.northwind.example"', '"https://h.example:port"', "line 4: base_url is not an address"),
        ('"https://api.northwind.example"', '"https://h.example?key=1"', "line 4: base_url is not an address"),
        ('type = "bearer"', 'type = "query"', "line 13: auth.type is 'query', which is refused: a key in a URL leaks"),
        ('type = "bearer"', 'type = "basic"', "line 13: auth.type is none of 'bearer', 'header'"),
        ('type = "bearer"', 'type = "header"', "line 12: auth is of the type 'header' and does not name the `header`"),
        (
            'type = "bearer"',
            'type = "bearer"\ncredential = "key"',
            "line 14: auth.credential names 'key', which is none",
        ),
        ("[[calls]]", "[calls]", "line 15: calls is not a list"),
        ('path = "/v1/wallet"', 'path = "v1"', "line 16: calls.path does not start with '/'"),
        ('path = "/v1/wallet"', 'path = "/v1?key=1"', "line 16: calls.path holds '?' or '#'"),
        ('path = "/v1/wallet"', 'path = "/{api_key}"', "line 16: calls.path holds the key 'api_key'"),
        (
            'path = "/v1/wallet"',
            'path = "/{account}"',
            "line 16: calls.path has the placeholder 'account', which is no",
        ),
        ('path = "/v1/wallet"', 'path = "/{a.b}"', "line 16: calls.path holds a placeholder that is none"),
        ('path = "/v1/wallet"', 'path = "/{today:year}"', "line 16: calls.path writes 'today' as 'year'"),
        ('path = "/v1/wallet"', 'path = "/{today"', "line 16: calls.path holds a brace"),
        (
            'path = "/v1/wallet"',
            'path = "/"\nparms = {}',
            "line 17: calls.parms is no key of a declaration: did you mean",
        ),
        ('path = "/v1/wallet"', 'path = "/"\nbody = {}', "line 15: calls has a `body`, which only the method POST has"),
        ('path = "/v1/wallet"', 'path = "/"\nmethod = "PUT"', "line 17: calls.method is none of 'GET', 'POST'"),
        (
            'path = "/v1/wallet"',
            'path = "/"\nhost = "https://h.example"',
            "line 17: calls.host is 'https://h.example', w",
        ),
        (
            'path = "/v1/wallet"',
            'path = "/"\nheaders = { authorization = "x" }',
            "line 17: calls.headers.authorization is the header that the key travels in",
        ),
        (
            'path = "/v1/wallet"',
            'path = "/"\nparams = {\n}',
            "line 17: not TOML: ",
        ),
        (
            'path = "/v1/wallet"',
            'path = "/"\nmethod = "POST"\nbody = { at = 1.5 }',
            "line 18: calls.body.at holds what a body cannot be sure to send as written",
        ),
        (
            'path = "/v1/wallet"',
            'path = "/"\npages = { type = "offset", param = "skip" }',
            "line 15: calls has `pages`, over which only `days` are added up",
        ),
        ('at = "/wallet/available"', 'at = "wallet.available"', "line 19: calls.balance.at is not a JSON Pointer"),
        ('at = "/wallet/available"', 'at = "sum(x)"', "they pass over what is missing and may compute in floats"),
        (
            'at = "/wallet/available"',
            'at = "/a"\nscale = "mills"',
            "line 20: calls.balance.scale is none of 'whole', 'cen",
        ),
        ('at = "/wallet/available"', 'at = "/a"\ncurrency = "USD"', "line 18: calls.balance needs exactly one of"),
        ('currency_at = "/wallet/currency"', 'currency = "usd"', "line 20: calls.balance.currency is not a currency's"),
        ('currency_at = "/wallet/currency"', 'unit = "USD"', "line 20: calls.balance.unit is not one lower-case word"),
        ("[calls.balance]", '[calls.usage_today]\nsign = "owed"', "line 15: calls has usage with the sign 'owed'"),
    ],
)
def test_a_problem_is_named_by_line_and_field(problems: Problems, written: str, instead: str, problem: str) -> None:
    assert written in NORTHWIND
    (found,) = problems(NORTHWIND.replace(written, instead, 1))
    assert problem in found
    assert "\n" not in found


def test_all_problems_are_told_at_once_in_the_order_of_the_lines(problems: Problems) -> None:
    text = NORTHWIND.replace("label", "lable").replace("[auth]", "[auth]\nheader = 1").replace('at = "/', 'at = "')
    assert [problem.partition(": ")[2] for problem in problems(text)][1:3] == [
        "lable is no key of a declaration: did you mean 'label'?",
        "auth.header is not text",
    ]
    assert len(problems(text)) == 5


def test_a_second_call_is_found_on_its_own_lines(problems: Problems) -> None:
    """Lines are those of the table that is meant, not of the first one of its name."""
    again = '\n[[calls]]\npath = """\n/v2"""\n\n[calls.balance]\nat = "/b"\ncurrency = "USD"\n'
    end = NORTHWIND.count("\n")
    assert problems(NORTHWIND + again) == [f"line {end + 6}: calls.balance gives balance, which is given already"]
    wrong = again.replace('currency = "USD"', 'currency = "$"')
    assert problems(NORTHWIND + wrong)[0].startswith(f"line {end + 8}: calls.balance.currency is not")


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "long.toml").write_text("#" * (LARGEST + 1))
    (tmp_path / "bytes.toml").write_bytes(b"\xff")
    for name, what in (("long", "no declaration is"), ("bytes", "in UTF-8"), ("none", "cannot be read (No such")):
        with pytest.raises(BrokenFile, match=re.escape(what)):
            read(tmp_path / f"{name}.toml")


@pytest.mark.parametrize("address", ["http://127.0.0.1:8500/v1", "http://localhost:1", "http://[::1]:8500"])
def test_this_machine_may_be_asked_without_tls(tmp_path: Path, address: str) -> None:
    (tmp_path / "own.toml").write_text(NORTHWIND.replace("https://api.northwind.example", address))
    assert read(tmp_path / "own.toml").provider.base_url == address


def test_the_documentation_explains_every_key() -> None:
    """By its name in a table or a sentence; and its example is the tested one."""
    words = set(re.findall(r"`(\w+)`", DOCUMENTATION))
    tables = (form.Form, form.Credential, form.Auth, form.Call, form.Figure, form.Days, form.Pages, form.Success)
    keys = {name for table in tables for name in table.model_fields}
    titles = {"credentials", "auth", "pace", "calls", "balance", "usage_today", "usage_month", "pages", "success"}
    assert keys - titles <= words
    assert all(re.search(rf"^##.*\b{title}\b", DOCUMENTATION, re.MULTILINE) for title in titles)
    assert NORTHWIND.partition("\n")[2] in DOCUMENTATION
