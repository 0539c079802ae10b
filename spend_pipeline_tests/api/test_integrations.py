"""The integrations resource: listed, added, changed and deleted by the client whose they are, and by nobody else."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from spend_pipeline.api import shapes
from spend_pipeline_tests.api.endpoint import Endpoint, error_of
from spend_pipeline_tests.api.resource import Resource, resource
from spend_pipeline_tests.store.books import CEREBRAS, GROQ, OPENROUTER, read, scalar, write

FIELDS = list(shapes.Integration.model_fields)
ROUTES = [("PATCH", {"key_label": "mine now"}), ("DELETE", None)]


def test_the_list_shows_what_a_sync_read(mine: Resource) -> None:
    """Every documented field in the documented order, and no routing field; both forms of the path answer alike."""
    mine.caller.post()
    found = mine.listed()
    assert (found["success"], found["total"]) == (True, 3)
    assert [list(each) for each in found["integrations"]] == [FIELDS] * 3
    groq, openrouter, fal = found["integrations"]
    assert [each["id"] for each in found["integrations"]] == mine.ids
    assert (groq["cached_balance"], groq["cached_usage_month"], groq["billing_sync_error"]) == (None, None, None)
    assert openrouter["provider_label"] == "OpenRouter"
    assert openrouter["cached_balance"] > 0
    assert openrouter["key_preview"] == {"api_key": "sand...ent"}
    assert (fal["health_status"], fal["consecutive_failures"]) == ("degraded", 1)
    assert (fal["billing_sync_error"], fal["billing_synced_at"]) == ("API key invalid or expired", None)
    assert mine.ask("GET", "").json() == mine.ask("GET", "/").json()


def test_the_list_is_filtered_and_paged(mine: Resource) -> None:
    mine.caller.post()
    first, second, third = mine.ids

    def ids(query: str) -> tuple[list[int], int]:
        found = mine.listed(query)
        return [each["id"] for each in found["integrations"]], found["total"]

    mine.ask("PATCH", f"/{first}", {"is_active": False})
    assert ids("?limit=2") == ([first, second], 3)
    assert ids("?limit=2&offset=2") == ([third], 3)
    assert ids("?offset=2000") == ([], 3)
    assert ids("?provider_name=openrouter") == ([second], 1)
    assert ids("?provider_name=No%20such%00") == ([], 0)
    assert ids("?health_status=degraded") == ([third], 1)
    assert ids("?health_status=unhealthy") == ([], 0)
    assert ids("?is_active=false") == ([first], 1)
    assert ids("?is_active=true&health_status=healthy") == ([second], 1)


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=101", "limit=-1", "limit=1.0", "limit=", "limit=%D9%A1", "limit=1_0", "limit=" + "9" * 5000,
     "offset=-1", "offset=2147483648", "is_active=yes", "is_active=1", "is_active=", "health_status=well",
     "provider_name=", "provider_name=" + "a" * 65, "limit=1&limit=2", "is_active=true&is_active=true"],
)  # fmt: skip
def test_a_malformed_parameter_is_refused_by_name(mine: Resource, query: str) -> None:
    response = mine.ask("GET", f"/?{query}")
    assert response.status_code == 422
    assert error_of(response).startswith(f"The parameter '{query.partition('=')[0]}' is malformed: ")


def test_who_asks_comes_before_what_is_asked(mine: Resource) -> None:
    """Without a token nothing is read or told apart."""
    nobody = {"Authorization": "Bearer nobody"}
    asked = [("GET", "/?limit=no"), ("POST", "/"), ("PATCH", f"/{mine.ids[0]}"), ("DELETE", f"/{mine.ids[0]}"),
             ("DELETE", "/1"), ("GET", "/health"), ("GET", "/spend?limit=no"), ("GET", "/1/spend")]  # fmt: skip
    answers = [mine.ask(method, path, headers=nobody, data="not json") for method, path in asked]
    assert {answer.status_code for answer in answers} == {401}
    assert {answer.headers["WWW-Authenticate"] for answer in answers} == {"Bearer"}
    assert mine.listed()["total"] == 3


@pytest.mark.parametrize(("method", "body"), ROUTES, ids=["change", "delete"])
def test_what_is_another_clients_is_not_there(endpoint: Endpoint, mine: Resource, method: str, body: object) -> None:
    """Unknown, deleted, another client's, beyond any number: one answer, byte for byte."""
    other = resource(endpoint, GROQ)
    gone = mine.added()["id"]
    mine.ask("DELETE", f"/{gone}")
    before = other.listed()
    for number in (other.ids[0], gone, 0, 2**31, 2**63 - 1, 2**63, 10**19, 10**4000):
        response = mine.ask(method, f"/{number}", body)
        assert response.status_code == 404
        assert response.text == '{"success":false,"error":"Integration not found"}'
    assert other.listed() == before


@pytest.mark.parametrize("path", ["/-1", "/abc", "/1e3", "/%00", "/1/", "/health/", "/1/2", "//", "/1.0"])
def test_a_path_that_names_no_integration(mine: Resource, path: str) -> None:
    response = mine.ask("DELETE", path)
    assert response.status_code == 404 or (response.status_code == 405 and path == "/health/")
    assert error_of(response)


@pytest.mark.parametrize(
    ("path", "allowed"),
    [("", "GET, POST"), ("/", "GET, POST"), ("/1", "PATCH, DELETE"), ("/health", "GET"), ("/spend", "GET"),
     ("/1/spend", "GET")],
)  # fmt: skip
def test_another_method_is_told_which_are_taken(mine: Resource, path: str, allowed: str) -> None:
    response = mine.ask("PUT", path)
    assert response.status_code == 405
    assert response.headers["allow"] == allowed


def test_only_what_is_named_is_changed(mine: Resource) -> None:
    first = mine.ids[0]
    before = mine.listed()["integrations"][0]
    changes = {"key_label": "Büro", "is_active": False, "is_primary": True, "spend_limit_amount": 12.5,
               "spend_limit_period": "daily", "spend_limit_action": "block"}  # fmt: skip
    for name, value in changes.items():
        response = mine.ask("PATCH", f"/{first}", {name: value})
        assert response.status_code == 200
        shapes.IntegrationAnswer.model_validate(response.json(), strict=True)
    after = mine.listed()["integrations"][0]
    unknown = {"spend_limit_exceeded": None}  # a limit, and no usage that was read yet
    assert {**before, **changes, **unknown, "updated_at": after["updated_at"]} == after
    assert mine.ask("PATCH", f"/{first}", {}).json()["integration"] == after
    assert (
        mine.ask("PATCH", f"/{first}", {"spend_limit_amount": None}).json()["integration"]["spend_limit_amount"] is None
    )


@pytest.mark.parametrize("name", ["provider_name", "credentials", "id", "cached_balance", "consecutive_failures"])
def test_what_may_not_change_is_refused(mine: Resource, name: str) -> None:
    response = mine.ask("PATCH", f"/{mine.ids[0]}", {name: "x", "key_label": "y"})
    assert response.status_code == 422
    assert f"a field '{name}' that this route does not take" in error_of(response)
    assert mine.listed()["integrations"][0]["key_label"] == ""


@pytest.mark.parametrize(
    ("period", "today", "month", "age", "exceeded"),
    [("daily", 5, 50, 0, False), ("daily", 11, 50, 0, True), ("daily", None, 50, 0, None), ("daily", 10, 10, 0, False),
     ("monthly", 11, 9, 0, False), ("monthly", 1, 10.01, 0, True), ("monthly", 1, None, 0, None),
     ("daily", 11, 50, 1, None), ("monthly", 11, 50, 31, None)],
)  # fmt: skip
def test_a_limit_is_exceeded_by_the_usage_of_its_own_period(
    endpoint: Endpoint, *, period: str, today: object, month: object, age: int, exceeded: bool | None
) -> None:
    """Yesterday's figure says nothing about today: unknown, which is neither yes nor no."""
    mine = resource(endpoint, OPENROUTER)
    mine.ask("PATCH", f"/{mine.ids[0]}", {"spend_limit_amount": 10, "spend_limit_period": period})
    cached = "update integrations set cached_usage_today = :today, cached_usage_month = :month, billing_synced_at = :at"
    at = datetime.now(UTC) - timedelta(days=age)
    write(endpoint.database, f"{cached} where id = :id", today=today, month=month, at=at, id=mine.ids[0])
    assert mine.listed()["integrations"][0]["spend_limit_exceeded"] is exceeded


def test_what_is_deleted_is_gone_everywhere_but_in_history(endpoint: Endpoint, mine: Resource) -> None:
    """Its credentials are destroyed at once; lists, health, syncs and their totals do not know it any more."""
    mine.caller.post()
    _, second, _ = mine.ids
    response = mine.ask("DELETE", f"/{second}")
    assert response.text == json.dumps(
        {"success": True, "message": "Integration deleted successfully", "deleted_id": second}, separators=(",", ":")
    )
    (row,) = read(endpoint.database, "select * from integrations where id = :id", id=second)
    assert (row["credentials"], row["key_preview"], row["is_active"]) == (None, {}, False)
    assert second not in [each["id"] for each in mine.listed()["integrations"]]
    assert mine.ask("GET", "/health").json()["summary"]["total"] == 2
    endpoint.free_the_minute(mine.caller)
    synced = mine.caller.post().json()
    assert second not in [each["id"] for each in synced["results"]]
    assert synced["total_balance"] == 0
    kept = "select count(*) from spend_snapshots where integration_id = :id"
    assert scalar(endpoint.database, kept, id=second) == 1
    assert mine.ask("DELETE", f"/{second}").status_code == 404


def test_clients_see_only_their_own(endpoint: Endpoint, mine: Resource) -> None:
    other = resource(endpoint, CEREBRAS)
    assert [each["id"] for each in other.listed()["integrations"]] == other.ids
    assert other.listed("?provider_name=groq")["total"] == 0
    assert other.ask("GET", "/health").json()["summary"]["total"] == 1
