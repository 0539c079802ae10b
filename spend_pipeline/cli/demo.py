"""`spend demo`: the whole product in a throw-away home against the sandbox, from one request to its answer."""

import json
import socket
import tempfile
import threading
import urllib.error
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from spend_pipeline.cli.output import print_json, say
from spend_pipeline.errors import Unavailable
from spend_pipeline.key_ring import vault
from spend_pipeline.providers import PROVIDERS
from spend_pipeline.settings import Settings
from spend_pipeline.store import clients, integrations
from spend_pipeline.store.database import Database
from spend_pipeline.up.parts import Ports

if TYPE_CHECKING:
    from spend_pipeline.sandbox.server import Sandbox

HOST = "127.0.0.1"


def demo(keep: Annotated[bool, typer.Option("--keep", help="Leave everything running until Ctrl-C.")] = False) -> None:
    """Show one real sync: real processes, a real request, a sandbox in the providers' place."""
    from spend_pipeline.sandbox.server import running
    from spend_pipeline.up import house

    with tempfile.TemporaryDirectory(prefix="spend-demo-") as home, running() as sandbox:
        say(f"1. A sandbox speaks the providers' wire formats at {sandbox.url}")
        settings = Settings(home=Path(home), provider_urls=sandbox.provider_urls, fx_url=sandbox.fx_url)
        ports = Ports(HOST, _free_port(), _free_port() if keep else None)
        say("2. Starting PostgreSQL, Dagster and the endpoint in a throw-away home")
        with house.up(settings, ports, lambda sentence: None) as up:
            token = _fill(settings, up.database, sandbox)
            say("3. A client with an integration of every outcome: read, partial, no billing API, refused, busy")
            say(f"4. POST {up.api_url}/api/v1/integrations/sync-billing")
            answer = _post(up.api_url, token)
            say("5. The sensor started a Dagster run, which asked each provider and stored the snapshots. The answer:")
            print_json(answer)
            if keep:
                say(f"The page: {up.api_url}/\nThe endpoint: {up.api_url}/docs\nThe Dagster UI: {up.ui_url}")
                say(f"The client's token: {token}")
                say("Ctrl-C ends it and removes everything.")
                _wait_for_ctrl_c()


def _fill(settings: Settings, database: Database, sandbox: "Sandbox") -> str:
    """A client with its integrations; its token."""
    client, token = clients.add(database, "demo")
    examples = sandbox.credentials
    chosen = [
        ("openrouter", examples["openrouter"]["management"], "the account"),
        ("openrouter", examples["openrouter"]["ordinary"], "an ordinary key: partial"),
        ("mistral", examples["mistral"]["admin"], ""),
        ("cohere", examples["cohere"]["key"], "no billing API"),
        ("groq", examples["groq"]["ordinary"], "no billing API"),
        ("fal_ai", examples["fal_ai"]["admin"], ""),
        ("fal_ai", {"api_key": "not-a-key-of-anybody"}, "a wrong key: refused"),
        ("google_ai", examples["google_ai"]["service_account"], ""),
        ("together", examples["together"]["organization"], ""),
        ("together", {"api_key": "sandbox.project.fault-status-503"}, "a provider that is down: busy"),
    ]
    keys = vault(settings, database)
    for provider_name, given, label in chosen:
        integrations.add(database, keys, client, PROVIDERS[provider_name], given, label=label)
    return token.text


def _post(api_url: str, token: str) -> object:
    request = urllib.request.Request(  # noqa: S310 - our own http URL
        f"{api_url}/api/v1/integrations/sync-billing", method="POST", headers={"Authorization": f"Bearer {token}"}
    )
    try:
        with urllib.request.urlopen(request, timeout=90) as response:  # noqa: S310
            return json.load(response)
    except urllib.error.HTTPError as error:
        raise Unavailable(f"The endpoint answered {error.code}: {json.load(error)['error']}") from None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for_ctrl_c() -> None:
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        say("Stopping")
