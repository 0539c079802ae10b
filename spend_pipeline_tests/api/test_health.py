"""Health, what is documented, and a database that is away: always an answer that says what is missing."""

from collections.abc import Iterator

import pytest
import requests

from spend_pipeline.api.documents import EXAMPLE
from spend_pipeline.settings import Settings
from spend_pipeline.store import heartbeats
from spend_pipeline.store.database import Database
from spend_pipeline.store.migrations import migrations
from spend_pipeline.store.vault import Vault
from spend_pipeline_tests.api.endpoint import PATH, Caller, Endpoint, error_of, serving
from spend_pipeline_tests.store.books import GROQ, Added, add_client, new_database, scalar, write

STATUSES = {
    ("post", PATH): {"200", "202", "401", "403", "404", "413", "422", "429", "500", "503", "504"},
    ("get", f"{PATH}/{{request_id}}"): {"200", "202", "401", "403", "404", "500", "503"},
}


@pytest.fixture
def away(home: Settings) -> Iterator[str]:
    """An endpoint whose database was never there."""
    with serving(home, Database("postgresql://somebody:a-password@127.0.0.1:1/none")) as (url, _):
        yield url


def test_the_process_answers(endpoint: Endpoint, away: str) -> None:
    for url in (endpoint.url, away):
        assert requests.get(f"{url}/healthz", timeout=10).json() == {"success": True}


def test_ready_is_when_everything_is_there(endpoint: Endpoint) -> None:
    response = requests.get(f"{endpoint.url}/readyz", timeout=10)
    assert response.status_code == 200
    assert response.json() == {"success": True, "checks": {"database": "ok", "migrations": "ok", "sensor": "ok"}}


def test_not_ready_names_the_sensor(endpoint: Endpoint) -> None:
    with endpoint.orchestrator.holding():
        heartbeats.forget(endpoint.database)
        response = requests.get(f"{endpoint.url}/readyz", timeout=10)
        assert response.status_code == 503
        found = response.json()
        assert found["success"] is False
        assert found["error"].startswith("sensor: no listening sensor was heard of")
        assert (found["checks"]["database"], found["checks"]["migrations"]) == ("ok", "ok")
        endpoint.orchestrator.beat()


def test_not_ready_names_the_migrations(template_url: str, home: Settings) -> None:
    with new_database(template_url, empty=True) as database, serving(home, Database(database.url)) as (url, _):
        found = requests.get(f"{url}/readyz", timeout=10)
        assert found.status_code == 503
        for migration in migrations():
            assert migration.name in found.json()["checks"]["migrations"]


def test_not_ready_names_the_database(away: str) -> None:
    response = requests.get(f"{away}/readyz", timeout=10)
    assert response.status_code == 503
    assert "database: The database cannot be reached" in response.json()["error"]
    assert "a-password" not in response.text


def test_without_a_database_every_route_says_so(endpoint: Endpoint, away: str) -> None:
    """503, not 500; a token that could not be one of ours is refused all the same."""
    caller = Caller(away, endpoint.add(GROQ).added)
    for response in (caller.post(), caller.get(f"{PATH}/00000000-0000-4000-8000-000000000000")):
        assert response.status_code == 503
        assert int(response.headers["retry-after"]) > 0
        assert error_of(response) == "The database cannot be reached right now: try again shortly"
    assert requests.post(away + PATH, timeout=10).status_code == 401


def test_a_database_that_went_away_and_came_back(
    database: Database, vault: Vault, home: Settings, template_url: str
) -> None:
    """The endpoint outlives it: 503 while it is gone, the same client's answer after."""
    added: Added = add_client(database, vault)
    name = scalar(database, "select current_database()")
    admin = Database(template_url)
    with serving(home, Database(database.url)) as (url, _):
        caller = Caller(url, added)
        assert caller.post().status_code == 200
        database.dispose()
        write(admin, f'alter database "{name}" with allow_connections false')
        write(admin, "select pg_terminate_backend(pid) from pg_stat_activity where datname = :name", name=name)
        assert caller.post().status_code == 503
        write(admin, f'alter database "{name}" with allow_connections true')
        assert caller.post().status_code == 200
    admin.dispose()


def test_every_status_is_documented(endpoint: Endpoint) -> None:
    document = requests.get(f"{endpoint.url}/openapi.json", timeout=10).json()
    assert {"/healthz", "/readyz"} < set(document["paths"])
    for (method, path), statuses in STATUSES.items():
        operation = document["paths"][path][method]
        assert set(operation["responses"]) >= statuses, path
        assert operation["security"] == [{"HTTPBearer": []}]
    post = document["paths"][PATH]["post"]
    assert post["responses"]["200"]["content"]["application/json"]["example"] == EXAMPLE
    assert "Retry-After" in post["responses"]["429"]["headers"]
    assert "Location" in post["responses"]["504"]["headers"]
    assert [parameter["name"] for parameter in post["parameters"]] == ["provider_name", "prefer"]
    assert "requestBody" not in post
    text = str(document)
    assert "HTTPValidationError" not in text  # the framework's own shape of an error, which is never sent


def test_the_documentation_needs_no_other_server(endpoint: Endpoint) -> None:
    page = requests.get(f"{endpoint.url}/docs", timeout=10)
    assert page.status_code == 200
    assert "https://" not in page.text
