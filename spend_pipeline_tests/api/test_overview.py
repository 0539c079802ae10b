"""The overview over HTTP: as its documentation promises it, behind the wall, and as files."""

import csv
import io

import pytest
import requests
from sqlalchemy import text

from spend_pipeline.api import overview_shapes as shapes
from spend_pipeline.api.shapes import Shape
from spend_pipeline_tests.api.endpoint import Caller, Endpoint, error_of
from spend_pipeline_tests.store.books import GROQ, OPENROUTER, WRONG_KEY, write

ROUTES: dict[str, tuple[type[Shape], str]] = {
    "/api/v1/balances": (shapes.BalancesAnswer, "balances"),
    "/api/v1/daily-spend": (shapes.SpendDaysAnswer, "days"),
    "/api/v1/balance-history": (shapes.BalanceDaysAnswer, "days"),
}
WINDOWS = ("/api/v1/daily-spend", "/api/v1/balance-history")


@pytest.fixture(scope="module")
def caller(endpoint: Endpoint) -> Caller:
    """A client whose integrations were read once: with figures, without a billing API, and not at all."""
    caller = endpoint.add(OPENROUTER, GROQ, WRONG_KEY)
    assert caller.post().status_code == 200
    label = "update integrations set key_label = '=1+1' where id = :id"
    write(endpoint.database, label, id=caller.added.ids[0])
    return caller


def get(caller: Caller, path: str, **parameters: str) -> requests.Response:
    return requests.get(f"{caller.url}{path}", params=parameters, headers=caller.headers, timeout=30)


@pytest.mark.parametrize("path", ROUTES)
def test_the_shape_is_the_documented_one(caller: Caller, path: str) -> None:
    answer = get(caller, path)
    assert answer.status_code == 200, answer.text
    shape, rows = ROUTES[path]
    shape.model_validate(answer.json(), strict=True)
    assert answer.json()[rows]


def test_what_failed_says_what_to_do(caller: Caller) -> None:
    body = get(caller, "/api/v1/balances").json()
    read, unsupported, failed = body["balances"]
    assert read["balance"]["basis"] == "reported"
    assert (unsupported["balance"], unsupported["note"]) == (None, "Provider does not expose billing API")
    assert (failed["error"], failed["balance"]) == ("API key invalid or expired", None)
    assert failed["action"].startswith("Add an integration with a key that is valid")
    assert (body["totals"]["integrations"], body["totals"]["failing"]) == (3, 1)


@pytest.mark.parametrize("path", ROUTES)
def test_the_file_has_the_rows_of_the_answer(caller: Caller, path: str) -> None:
    """A label that a spreadsheet would run is made harmless."""
    file = get(caller, path, format="csv")
    assert file.headers["content-type"] == "text/csv; charset=utf-8"
    assert file.headers["content-disposition"] == f'attachment; filename="{path.rsplit("/", 1)[1]}.csv"'
    rows = list(csv.DictReader(io.StringIO(file.text)))
    told = get(caller, path).json()[ROUTES[path][1]]
    assert [row["integration_id"] for row in rows] == [str(each["integration_id"]) for each in told]
    assert {row["key_label"] for row in rows} <= {"'=1+1", ""}
    assert all(value != "None" for row in rows for value in row.values())


@pytest.mark.parametrize("path", ROUTES)
def test_another_client_sees_nothing_of_it(endpoint: Endpoint, caller: Caller, path: str) -> None:
    stranger = endpoint.add()
    assert get(stranger, path).json()[ROUTES[path][1]] == []
    assert len(get(stranger, path, format="csv").text.splitlines()) == 1
    assert requests.get(endpoint.url + path, timeout=10).status_code == 401


def test_derived_spend_is_behind_the_wall_without_any_condition(endpoint: Endpoint, caller: Caller) -> None:
    """The function itself tells a client of no other, and of nobody where no client is acted for."""
    two = endpoint.add(OPENROUTER)
    assert two.post().status_code == 200
    all_of_it = text("select distinct client_id from visible_spend_by_day('-infinity', 'infinity')")
    with endpoint.database.as_owner() as connection:
        assert len(connection.execute(all_of_it).all()) > 1, "without the wall it would leak"
    for each in (caller, two):
        client_id = each.added.client.id
        with endpoint.database.as_client(client_id) as connection:
            assert [found for (found,) in connection.execute(all_of_it)] == [client_id]
    with endpoint.database.behind_the_wall().transaction() as connection:
        assert connection.execute(all_of_it).all() == []


@pytest.mark.parametrize("path", WINDOWS)
def test_a_window_is_a_year_at_most(caller: Caller, path: str) -> None:
    assert get(caller, path, **{"from": "2026-01-01", "to": "2026-11-01"}).status_code == 200
    refused = get(caller, path, **{"from": "2024-01-01", "to": "2026-11-01"})
    assert refused.status_code == 422
    assert error_of(refused) == "The parameter 'from' is malformed: it may be 366 days before 'to' at most"
    assert get(caller, path, format="xml").status_code == 422
