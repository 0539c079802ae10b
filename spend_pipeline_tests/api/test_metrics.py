"""`/metrics`: who may read it, what it tells, and that the alerts and the dashboard ask for nothing else."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests
import yaml
from prometheus_client.parser import text_string_to_metric_families
from pydantic import SecretStr

from spend_pipeline.api.metrics import METRICS, PREFIX
from spend_pipeline.house import TOP
from spend_pipeline.settings import Settings
from spend_pipeline.store.database import Database
from spend_pipeline.store.vault import Vault
from spend_pipeline_tests.api.endpoint import Endpoint, error_of, serving
from spend_pipeline_tests.store.books import OPENROUTER, add_client, apply_billing, failed, figures, integration, taken

TOKEN = "a-token-of-prometheus"
DEPLOY = TOP / "deploy"
RULES = DEPLOY / "prometheus" / "rules.yml"
PROMTOOL = shutil.which("promtool")


@pytest.fixture
def url(database: Database, home: Settings) -> Iterator[str]:
    settings = home.model_copy(update={"metrics_token": SecretStr(TOKEN)})
    with serving(settings, Database(database.url)) as (url, _):
        yield url


def scrape(url: str, authorization: str = f"Bearer {TOKEN}") -> requests.Response:
    return requests.get(f"{url}/metrics", headers={"Authorization": authorization}, timeout=30)


def test_without_its_setting_there_is_no_such_route(endpoint: Endpoint) -> None:
    assert "No such route" in error_of(scrape(endpoint.url))
    assert scrape(endpoint.url).status_code == 404


def test_no_other_token_opens_it(url: str, database: Database, vault: Vault) -> None:
    """A client's neither: it is of all clients."""
    others = (add_client(database, vault).token, "", TOKEN[:-1], f"{TOKEN}x", "ÿ" * 20)
    for header in (*(f"Bearer {token}".encode("latin-1") for token in others), f"Basic {TOKEN}".encode(), b""):
        refused = requests.get(f"{url}/metrics", headers={"Authorization": header}, timeout=30)
        assert refused.status_code == 401, header
        assert "SPEND_METRICS_TOKEN" in error_of(refused)


def test_it_tells_what_is_known_and_nothing_else(url: str, database: Database, vault: Vault) -> None:
    """One good reading, one failure after a reading of two months ago, and one integration never read."""
    added = add_client(database, vault, OPENROUTER, OPENROUTER, OPENROUTER, name="A name of a client")
    good, bad, never = added.ids
    now = datetime.now(UTC)
    old = taken(database, now - timedelta(days=70), figures(integration(added.client.id, bad), "3.5", "1", "2"))
    apply_billing(database, [old])
    new = taken(
        database,
        now,
        figures(integration(added.client.id, good), "47.83", "2.34", "89.47"),
        failed(integration(added.client.id, bad)),
    )
    apply_billing(database, [new])
    found = scrape(url)
    assert (found.status_code, found.headers["content-type"].split(";")[0]) == (200, "text/plain")
    assert "A name of a client" not in found.text
    assert added.token not in found.text
    told: dict[tuple[str, str], float] = {}
    for family in text_string_to_metric_families(found.text):
        assert family.type == "gauge"
        for sample in family.samples:
            told[sample.name, sample.labels.get("integration") or sample.labels.get("kind", "")] = sample.value
            assert set(sample.labels) <= {"integration", "provider", "client", "counted", "kind"}
    assert told.pop(("spend_reading_age_seconds", str(good))) < 60
    assert told.pop(("spend_reading_age_seconds", str(bad))) == pytest.approx(70 * 86400, abs=60)
    assert told == {
        ("spend_balance_usd", str(good)): 47.83,
        ("spend_balance_usd", str(bad)): 3.5,
        ("spend_today_usd", str(good)): 2.34,
        ("spend_month_usd", str(good)): 89.47,
        ("spend_consecutive_failures", str(good)): 0,
        ("spend_consecutive_failures", str(bad)): 1,
        ("spend_consecutive_failures", str(never)): 0,
        ("spend_failing_integrations", "refused"): 1,
        ("spend_undelivered_alerts", ""): 0,
        ("spend_integrations", ""): 3,
        ("spend_waiting_requests", ""): 0,
    }


def test_without_a_database_it_says_so(home: Settings) -> None:
    settings = home.model_copy(update={"metrics_token": SecretStr(TOKEN)})
    with serving(settings, Database("postgresql://somebody:a-password@127.0.0.1:1/none")) as (url, _):
        found = scrape(url)
    assert (found.status_code, found.headers["retry-after"]) == (503, "5")
    assert "a-password" not in found.text


def expressions() -> Iterator[str]:
    for group in yaml.safe_load(RULES.read_text("utf-8"))["groups"]:
        yield from (rule["expr"] for rule in group["rules"])
    dashboard: dict[str, Any] = json.loads((DEPLOY / "grafana" / "dashboard.json").read_text("utf-8"))
    for panel in dashboard["panels"]:
        yield from (target["expr"] for target in panel["targets"])


def test_alerts_and_dashboard_ask_only_for_what_there_is() -> None:
    named = {name for each in expressions() for name in re.findall(r"\bspend_\w+", each)}
    assert named
    assert named <= {PREFIX + name for name in METRICS}


@pytest.mark.skipif(PROMTOOL is None, reason="promtool is not installed: it comes with Debian's package prometheus")
def test_prometheus_takes_the_rules_and_the_metrics(url: str) -> None:
    rules = subprocess.run([str(PROMTOOL), "check", "rules", str(RULES)], capture_output=True, text=True, check=False)
    assert rules.returncode == 0, rules.stdout + rules.stderr
    told = subprocess.run(
        [str(PROMTOOL), "check", "metrics"], input=scrape(url).text, capture_output=True, text=True, check=False
    )
    assert told.returncode == 0, told.stdout + told.stderr
