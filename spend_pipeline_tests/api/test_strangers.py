"""Callers by address: wrong tokens are slowed, only named proxies are believed; and the headers of every answer."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
from fastapi import APIRouter
from pydantic import SecretStr

from spend_pipeline.api.app import create_app
from spend_pipeline.api.headers import API
from spend_pipeline.api.strangers import Strangers
from spend_pipeline.settings import Settings
from spend_pipeline.store.database import Database
from spend_pipeline.tokens import new_token
from spend_pipeline_tests.api.endpoint import PATH, Endpoint, error_of, serving, serving_app

HEAD = f"POST {PATH} HTTP/1.1\r\nHost: x\r\n"


@pytest.fixture
def strict(endpoint: Endpoint) -> Iterator[Endpoint]:
    """The endpoint as it forgives an address five wrong tokens a minute."""
    forgiving = endpoint.app.state.strangers
    endpoint.app.state.strangers = Strangers(per_minute=5)
    yield endpoint
    endpoint.app.state.strangers = forgiving


def test_an_address_that_tries_tokens_is_slowed_and_its_neighbours_are_not(strict: Endpoint) -> None:
    """Of many at once exactly as many as are forgiven are 401; a valid token and a missing one are as ever."""

    def attempt(_: int) -> requests.Response:
        headers = {"Authorization": f"Bearer {new_token().text}"}
        return requests.post(strict.url + PATH, headers=headers, timeout=60)

    with ThreadPoolExecutor(16) as pool:
        responses = list(pool.map(attempt, range(60)))
    assert sorted(response.status_code for response in responses) == [401] * 5 + [429] * 55
    late = next(response for response in responses if response.status_code == 429)
    assert 0 < int(late.headers["retry-after"]) <= 60
    assert "not valid" in error_of(late)
    assert strict.add().post().status_code == 200
    assert requests.post(strict.url + PATH, timeout=10).status_code == 401


def test_who_guesses_the_token_of_the_metrics_is_slowed_as_well(database: Database, home: Settings) -> None:
    settings = home.model_copy(update={"metrics_token": SecretStr("a-token-of-prometheus")})
    with serving(settings, Database(database.url)) as (url, app):
        app.state.strangers = Strangers(per_minute=5)
        statuses = [
            requests.get(f"{url}/metrics", headers={"Authorization": f"Bearer guess-{guess}"}, timeout=30).status_code
            for guess in range(7)
        ]
    assert statuses == [401] * 5 + [429] * 2


def test_addresses_are_counted_apart_and_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """IPv6 by the network of one customer; after a minute; and never more of them than there is room for."""
    now = 1000.0
    monkeypatch.setattr("spend_pipeline.api.strangers.time.monotonic", lambda: now)
    monkeypatch.setattr("spend_pipeline.api.strangers.ADDRESSES", 3)
    strangers = Strangers(per_minute=1)
    shown = ["192.0.2.1", "192.0.2.1", "192.0.2.2", "2001:db8::1", "2001:db8::2", "2001:db8:0:1::1", "192.0.2.1"]
    assert [strangers.another(address) for address in shown] == [None, 60, None, None, 60, None, None]
    now += 60
    assert strangers.another("2001:db8::3") is None


def test_only_a_trusted_proxy_says_who_calls_and_how(endpoint: Endpoint) -> None:
    """Its word counts for the address and for TLS; anybody else's is ignored."""
    forwarded = {"X-Forwarded-For": "198.51.100.7", "X-Forwarded-Proto": "https", "Authorization": "Bearer x"}
    for proxies in ((), ("127.0.0.0/8",)):
        settings = Settings(trusted_proxies=proxies)
        with serving(settings, Database(endpoint.database.url)) as (url, app):
            app.state.strangers = Strangers(per_minute=1)
            response = requests.post(url + PATH, headers=forwarded, timeout=10)
            assert ("strict-transport-security" in response.headers) is bool(proxies)
            other = {**forwarded, "X-Forwarded-For": "198.51.100.8"}
            assert requests.post(url + PATH, headers=other, timeout=10).status_code == (401 if proxies else 429)


def test_every_answer_carries_the_headers_that_browsers_need(endpoint: Endpoint) -> None:
    caller = endpoint.add()
    answers = [
        caller.post(),
        caller.get("/healthz"),
        caller.get("/nosuch"),
        caller.get(PATH),
        requests.post(endpoint.url + PATH, timeout=10),
        caller.post(data=b"x" * 70_000),
    ]
    assert [answer.status_code for answer in answers] == [200, 200, 404, 405, 401, 413]
    for answer in answers:
        assert answer.headers.items() >= API.items()
        assert "strict-transport-security" not in answer.headers
    page = caller.get("/docs")
    assert "script-src 'self'" in page.headers["content-security-policy"]
    assert "cache-control" not in caller.get("/static-offline-docs/swagger-ui.css").headers


def test_a_method_that_no_route_of_a_path_takes_is_told_all_that_are(endpoint: Endpoint) -> None:
    """Also where each is a route of its own."""
    app = create_app(Settings(), Database(endpoint.database.url))
    more = APIRouter()
    more.add_api_route(PATH, lambda: {"success": True}, methods=["PATCH"])
    app.include_router(more)
    with serving_app(app, Settings()) as url:
        allowed = requests.put(url + PATH, timeout=10).headers["allow"]
    assert set(allowed.split(", ")) == {"PATCH", "POST"}
