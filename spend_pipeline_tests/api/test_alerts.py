"""`GET /api/v1/alerts`: a client's own crossed budgets, newest first, page by page; and thresholds over HTTP."""

from typing import Any

import pytest
import requests

from spend_pipeline.api.alert_shapes import AlertPage
from spend_pipeline_tests.api.endpoint import Endpoint, error_of
from spend_pipeline_tests.api.resource import Resource, resource
from spend_pipeline_tests.conftest import NOON
from spend_pipeline_tests.store.alerting import Watched, later
from spend_pipeline_tests.store.books import OPENROUTER

ALERTS = "/api/v1/alerts"


def answer(mine: Resource, query: str = "") -> dict[str, Any]:
    """As its documentation promises it."""
    response = ask(mine, query)
    assert response.status_code == 200, response.text
    AlertPage.model_validate(response.json(), strict=True)
    found: dict[str, Any] = response.json()
    return found


def ask(mine: Resource, query: str) -> requests.Response:
    return requests.get(f"{mine.caller.url}{ALERTS}{query}", headers=mine.caller.headers, timeout=30)


@pytest.fixture
def crossed(endpoint: Endpoint) -> Resource:
    """A client whose balance fell below its threshold twice and recovered once."""
    mine = resource(endpoint, OPENROUTER)
    assert (
        mine.ask("PATCH", f"/{mine.ids[0]}", {"low_balance_amount": 10, "key_label": "Production"}).status_code == 200
    )
    watched = Watched(endpoint.database, mine.caller.added)
    for number, balance in enumerate(("5", "20", "6.5")):
        watched.read(later(number), watched.figures(0, balance))
    return mine


def test_open_and_past_alerts_newest_first_with_what_to_do(crossed: Resource) -> None:
    newest, oldest = answer(crossed)["alerts"]
    assert (newest["is_open"], newest["figure"], newest["ended_at"]) == (True, 6.5, None)
    assert newest["message"] == "OpenRouter (Production): 6.50 USD left, below the threshold of 10.00 USD"
    assert newest["action"] == "Top up the account, or lower the threshold"
    assert (oldest["is_open"], oldest["ended_because"], oldest["ended_figure"]) == (False, "recovered", 20.0)
    assert (oldest["fired_at"], oldest["action"]) == (f"{NOON:%Y-%m-%dT%H:%M:%SZ}", None)
    assert [each["id"] for each in answer(crossed, "?state=open")["alerts"]] == [newest["id"]]
    assert [each["id"] for each in answer(crossed, "?state=ended")["alerts"]] == [oldest["id"]]


def test_pages_follow_each_other(crossed: Resource) -> None:
    first = answer(crossed, "?limit=1")
    second = answer(crossed, f"?limit=1&cursor={first['next_cursor']}")
    assert first["alerts"] + second["alerts"] == answer(crossed)["alerts"]
    assert second["next_cursor"] is None


@pytest.mark.parametrize("query", ["?cursor=x", "?cursor=YWxlcnQuMDE", "?state=mine", "?limit=0", "?limit=1&limit=2"])
def test_a_malformed_parameter_is_named(crossed: Resource, query: str) -> None:
    response = ask(crossed, query)
    assert response.status_code == 422
    assert f"'{query[1:].partition('=')[0]}' is malformed" in error_of(response)


def test_another_clients_alerts_are_not_there(crossed: Resource, endpoint: Endpoint) -> None:
    """Nor behind a cursor of theirs."""
    other = resource(endpoint, OPENROUTER)
    cursor = answer(crossed, "?limit=1")["next_cursor"]
    assert answer(other) == answer(other, f"?cursor={cursor}") == {"success": True, "alerts": [], "next_cursor": None}
    assert requests.get(f"{endpoint.url}{ALERTS}", timeout=30).status_code == 401


def test_thresholds_are_set_shown_and_taken_away(endpoint: Endpoint) -> None:
    """Behind the documented fields, which stay as they are."""
    mine = resource(endpoint, OPENROUTER)
    added = mine.added(low_balance_amount=12.5, low_days_left=7)
    assert list(added)[-2:] == ["low_balance_amount", "low_days_left"]
    assert (added["low_balance_amount"], added["low_days_left"]) == (12.5, 7)
    changed = mine.ask("PATCH", f"/{added['id']}", {"low_days_left": None}).json()["integration"]
    assert (changed["low_balance_amount"], changed["low_days_left"]) == (12.5, None)


@pytest.mark.parametrize(
    ("field", "value"),
    [("low_days_left", 0), ("low_days_left", 3651), ("low_days_left", 1.5), ("low_balance_amount", -1)],
)
def test_what_is_no_threshold_is_refused_by_name(endpoint: Endpoint, field: str, value: float) -> None:
    mine = resource(endpoint, OPENROUTER)
    response = mine.ask("PATCH", f"/{mine.ids[0]}", {field: value})
    assert response.status_code == 422
    assert f"'{field}' is malformed" in error_of(response)
