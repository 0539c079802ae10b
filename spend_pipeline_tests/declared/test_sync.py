"""A declared provider through the real script: added, synced by a Dagster run, answered; and gone again."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from spend_pipeline_tests.cli.conftest import Spend, home, script, spend
from spend_pipeline_tests.declared.test_files import EXAMPLES, NORTHWIND
from spend_pipeline_tests.outbound.fault_server import Exchange, FaultServer, faulty

__all__ = ["home", "script", "spend"]  # the command line's fixtures

KEY = "nw/9dQ2+Wallet0=="


def answers(exchange: Exchange) -> None:
    """Northwind's wallet for its key, and a refusal for any other."""
    if exchange.headers.get("authorization") != f"Bearer {KEY}":
        exchange.answer(b"{}", "401 Unauthorized")
        return
    exchange.answer(b'{"wallet": {"available": "12.345", "currency": "USD"}}')


@pytest.fixture
def vendor(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FaultServer]:
    """Northwind on a real socket, declared in the home, at its own address."""
    with faulty(answers) as server:
        folder = home / "providers"
        folder.mkdir(parents=True)
        (folder / "northwind.toml").write_text(NORTHWIND.replace("https://api.northwind.example", server.url))
        monkeypatch.delenv("SPEND_PROVIDER_URLS")
        yield server


def test_a_declared_provider_is_read_by_a_sync_and_survives_its_declaration(
    spend: Spend, script: Spend, vendor: FaultServer, home: Path
) -> None:
    """Without its file, its integration fails by name, and the others go on."""
    spend("clients", "add", "acme")
    for provider, key in (("northwind", KEY), ("groq", "gsk_any")):
        arguments = ("--client", "acme", "--provider", provider, "--credential", f"api_key={key}")
        assert spend("integrations", "add", *arguments).status == 0
    read = script("sync").json
    assert [(row["provider_name"], row["status"]) for row in read["results"]] == [
        ("northwind", "success"),
        ("groq", "success"),
    ]
    assert (read["results"][0]["balance"], read["total_balance"]) == (12.34, 12.34)
    assert [exchange.line for exchange in vendor.requests] == ["GET /v1/wallet HTTP/1.1"]
    shutil.rmtree(home / "providers")
    gone = script("sync").json
    assert (gone["synced"], gone["failed"]) == (1, 1)
    assert gone["results"][0]["error"] == (
        "No provider is named 'northwind' here: put its declaration back and start again, or remove the integration"
    )
    assert len(vendor.requests) == 1


def test_a_file_is_tried_without_a_database(spend: Spend, vendor: FaultServer, home: Path) -> None:
    """The figures digit for digit, and the requests; no key anywhere."""
    file = str(home / "providers" / "northwind.toml")
    tried = spend("providers", "try", file, "--credential", f"api_key={KEY}", "--json")
    assert tried.json == {
        "provider": "northwind",
        "balance": {"amount": "12.345", "currency": "USD"},
        "usage_today": None,
        "usage_month": None,
        "notes": [],
        "requests": [{"method": "GET", "url": f"{vendor.url}/v1/wallet", "status": 200}],
    }
    table = spend("providers", "try", file, "--credential", f"api_key={KEY}")
    assert all(part in table.out for part in ("12.345", "USD", "/v1/wallet", "200"))
    assert KEY not in tried.out + tried.err + table.out + table.err
    refused = spend("providers", "try", file, "--credential", "api_key=another-key").refused(1)
    assert refused == "API key invalid or expired"
    assert "takes KEY=VALUE" in spend("providers", "try", file, "--credential", "x").refused()


def test_a_setting_in_an_address_is_not_shown(spend: Spend, tmp_path: Path) -> None:
    """Requests are shown with the names of credentials in place of their values."""

    def days(exchange: Exchange) -> None:
        exchange.answer(b'{"code": 0, "days": [], "page": {"has_more": false, "next": null}}')

    with faulty(days) as server:
        text = (EXAMPLES / "tailspin.toml").read_text().replace("https://api.tailspin.example", server.url)
        (tmp_path / "tailspin.toml").write_text(text)
        given = ("--credential", "account_id=ws 7/Yq3".replace(" ", "+"), "--credential", f"api_key={KEY}")
        tried = spend("providers", "try", str(tmp_path / "tailspin.toml"), *given, "--json")
    (request,) = tried.json["requests"]
    assert request["url"].startswith(f"{server.url}/v2/workspaces/{{account_id}}/costs?since=")
    assert server.requests[0].line.startswith("GET /v2/workspaces/ws%2B7%2FYq3/costs?since=")
    assert tried.json["usage_month"] == {"amount": "0", "currency": "USD"}


def test_files_are_checked(spend: Spend, tmp_path: Path) -> None:
    for name in ("northwind", "tailspin"):
        checked = spend("providers", "check", str(EXAMPLES / f"{name}.toml"))
        assert (checked.status, checked.err) == (0, "")
        assert checked.out.startswith(f"{name} is ")
    bad = tmp_path / "bad.toml"
    bad.write_text(NORTHWIND.replace("label", "lable"))
    checked = spend("providers", "check", str(bad))
    assert (checked.status, checked.out) == (2, "")
    assert checked.err.splitlines() == [
        f"spend: {bad}, line 1: label is missing",
        f"spend: {bad}, line 3: lable is no key of a declaration: did you mean 'label'?",
    ]
    bad.write_text(NORTHWIND.replace('"northwind"', '"groq"'))
    assert "Two providers are named 'groq'" in spend("providers", "check", str(bad)).refused()


def test_a_broken_file_is_refused_wherever_providers_are_needed(spend: Spend, script: Spend, home: Path) -> None:
    """By the sentence that names file, line and field; Dagster's code location shows the same one."""
    folder = home / "providers"
    folder.mkdir(parents=True)
    (folder / "bad.toml").write_text(NORTHWIND.replace("label", "lable"))
    sentence = f"{folder / 'bad.toml'}, line 1: label is missing (and 1 more: `spend providers check` lists all)"
    add = ("integrations", "add", "--client", "acme", "--provider", "groq", "--credential", "api_key=x")
    for command in (("sync",), ("up",), ("providers",), ("providers", "list"), add):
        assert spend(*command).refused() == sentence
    assert spend("clients", "list", "--json").json == []
    loaded = subprocess.run(
        [sys.executable, "-m", "dagster", "definitions", "validate", "-m", "spend_pipeline.definitions"],
        capture_output=True, text=True, check=False, timeout=300, cwd=home,
    )  # fmt: skip
    assert loaded.returncode != 0
    assert sentence in loaded.stdout + loaded.stderr


def test_declared_providers_are_listed_after_the_built_in_ones(spend: Spend, vendor: FaultServer) -> None:
    rows = json.loads(spend("providers", "list", "--json").out)
    assert rows == spend("providers", "--json").json
    assert (rows[-1]["name"], rows[-1]["balance"]["key"]) == ("northwind", "a key with the scope billing:read")
