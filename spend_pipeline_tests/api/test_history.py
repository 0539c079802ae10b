"""History over HTTP: days and months as their last reading told them, page by page, in UTC, unknown never 0."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from spend_pipeline.api import history_shapes
from spend_pipeline_tests.api.endpoint import Endpoint, error_of
from spend_pipeline_tests.api.resource import Resource, resource
from spend_pipeline_tests.store.books import CEREBRAS, GROQ, OPENROUTER, failed, figures, integration, taken, write


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.fixture
def account(endpoint: Endpoint) -> Resource:
    """One integration with a few days of readings in March and one in April; the clock is long past them."""
    mine = resource(endpoint, OPENROUTER)
    of = integration(mine.client_id, mine.ids[0])
    for when, reading in (
        ("2026-03-01T04:00", figures(of, "50", "1.25", "1.25")),
        ("2026-03-01T23:59:59", figures(of, "47.123456", "3.5", "3.5")),
        ("2026-03-02T00:00", figures(of, "47", "0", "3.5")),
        ("2026-03-02T12:00", figures(of, "46", None, "4.5", note="No usage today")),
        ("2026-03-02T20:00", failed(of)),
        ("2026-03-04T08:00", failed(of)),
        ("2026-03-05T08:00", figures(of, None, "2", "9.75", currency="EUR")),
        ("2026-04-02T08:00", figures(of, "10", "0.1", "0.2")),
    ):
        taken(endpoint.database, at(when), reading)
    return mine


def pages(mine: Resource, path: str, limit: int) -> list[list[dict[str, Any]]]:
    """Every page, following the cursors."""
    found, cursor = [], ""
    while True:
        response = mine.ask("GET", f"{path}&limit={limit}{cursor}")
        assert response.status_code == 200, response.text
        answer = response.json()
        shape = history_shapes.IntegrationHistory if "integration_id" in answer else history_shapes.ClientHistory
        shape.model_validate(answer, strict=True)
        found.append(answer["entries"])
        if answer["next_cursor"] is None:
            return found
        cursor = f"&cursor={answer['next_cursor']}"


def entries(mine: Resource, path: str) -> list[dict[str, Any]]:
    return [entry for page in pages(mine, path, 100) for entry in page]


def test_a_day_is_what_its_last_reading_told_for_today(account: Resource) -> None:
    """The last that told it; a day of failures says why, a day of nothing that nothing was read. None is 0."""
    path = f"/{account.ids[0]}/spend?from=2026-03-01&to=2026-03-06&granularity=day"
    first, second, third, fourth, fifth = entries(account, path)
    usd = {"currency": "USD", "basis": "reported"}
    assert first["usage"] == {"amount": 3.5, **usd, "usd": 3.5}
    assert first["balance"]["amount"] == 47.123456
    assert (second["usage"]["amount"], second["synced_at"]) == (0, "2026-03-02T00:00:00Z")
    assert (third["start"], third["usage"], third["note"]) == ("2026-03-03", None, "Nothing was read in this period")
    assert (fourth["usage"], fourth["error"]) == (None, "API key invalid or expired")
    assert fifth["usage"] == {"amount": 2.0, "currency": "EUR", "basis": "reported", "usd": None}


def test_a_month_is_what_its_last_reading_told_for_the_month(account: Resource) -> None:
    path = f"/{account.ids[0]}/spend?from=2026-03-15&to=2026-05-01&granularity=month"
    march, april = entries(account, path)
    assert (march["start"], march["usage"]["amount"], march["usage"]["currency"]) == ("2026-03-01", 9.75, "EUR")
    assert (april["start"], april["usage"]["amount"]) == ("2026-04-01", 0.2)


def test_every_reading_in_order(account: Resource) -> None:
    path = f"/{account.ids[0]}/spend?from=2026-03-01T04:00:00Z&to=2026-04-02T08:00:00Z&granularity=raw"
    found = entries(account, path)
    assert [entry["synced_at"][5:16] for entry in found] == [
        "03-01T04:00", "03-01T23:59", "03-02T00:00", "03-02T12:00", "03-02T20:00", "03-04T08:00", "03-05T08:00",
    ]  # fmt: skip
    assert (found[3]["usage_today"], found[3]["note"], found[3]["status"]) == (None, "No usage today", "success")
    assert (found[4]["balance"], found[4]["error"], found[4]["status"]) == (
        None,
        "API key invalid or expired",
        "failed",
    )


@pytest.mark.parametrize("granularity", ["raw", "day", "month"])
@pytest.mark.parametrize("limit", [1, 2, 3])
def test_pages_are_the_whole_without_gap_or_overlap(account: Resource, granularity: str, limit: int) -> None:
    """Also while readings are added in between: the cursor names a place in time, not a number of rows."""
    path = f"/{account.ids[0]}/spend?from=2026-03-01&to=2026-04-10&granularity={granularity}"
    found = pages(account, path, limit)
    assert all(len(page) == limit for page in found[:-1])
    assert [entry for page in found for entry in page] == entries(account, path)


def test_two_readings_of_one_moment_are_both_shown_once(endpoint: Endpoint, account: Resource) -> None:
    of = integration(account.client_id, account.ids[0])
    for _ in range(3):
        taken(endpoint.database, at("2026-05-01T00:00"), figures(of, "1", "1", "1"))
    path = f"/{account.ids[0]}/spend?from=2026-05-01&to=2026-05-02&granularity=raw"
    assert [len(page) for page in pages(account, path, 1)] == [1, 1, 1]
    assert len(entries(account, path.replace("raw", "day"))) == 1


def test_a_clients_days_by_provider(endpoint: Endpoint) -> None:
    """Sums of what is known, unknown counted beside them; another client's spend adds nothing."""
    mine, other = resource(endpoint, OPENROUTER, OPENROUTER, CEREBRAS), resource(endpoint, OPENROUTER)
    one, two, cerebras = (integration(mine.client_id, each) for each in mine.ids)
    when = at("2026-03-01T12:00")
    write(
        endpoint.database, "update integrations set created_at = :at where client_id = :id", at=when, id=mine.client_id
    )
    taken(endpoint.database, when, figures(one, "10", "0.1", "5"), figures(two, "20", "0.2", "7"), failed(cerebras))
    taken(endpoint.database, when, figures(integration(other.client_id, other.ids[0]), "1000", "1000", "1000"))
    before, day = entries(mine, "/spend?from=2026-02-28&to=2026-03-02")
    assert (before["start"], before["usage_usd"], before["integrations"]) == ("2026-02-28", None, 0)
    assert (day["usage_usd"], day["balance_usd"], day["usage_basis"]) == (0.3, 30, "reported")
    assert (day["integrations"], day["unknown"], day["failed"]) == (3, 1, 1)
    by_provider = {each["provider_name"]: (each["usage_usd"], each["integrations"]) for each in day["providers"]}
    assert by_provider == {"cerebras": (None, 1), "openrouter": (0.3, 2)}
    (month,) = entries(mine, "/spend?from=2026-03-01&to=2026-04-01&granularity=month")
    assert month["usage_usd"] == 12
    assert [len(page) for page in pages(mine, "/spend?from=2026-02-01&to=2026-03-01", 10)] == [10, 10, 8]
    assert entries(resource(endpoint), "/spend?from=2026-03-01&to=2026-03-02")[0]["providers"] == []


def test_history_outlives_its_integration_for_ninety_days(endpoint: Endpoint, account: Resource) -> None:
    path = f"/{account.ids[0]}/spend?from=2026-03-01&to=2026-03-02"
    account.ask("DELETE", f"/{account.ids[0]}")
    assert entries(account, path)[0]["usage"]["amount"] == 3.5
    assert entries(account, "/spend?from=2026-03-01&to=2026-03-02")[0]["usage_usd"] == 3.5
    old = datetime.now(UTC) - timedelta(days=90, minutes=1)
    write(endpoint.database, "update integrations set deleted_at = :at where id = :id", at=old, id=account.ids[0])
    assert account.ask("GET", path).status_code == 404
    assert entries(account, "/spend?from=2026-03-01&to=2026-03-02")[0]["usage_usd"] is None


def test_without_a_range_the_last_days_up_to_now(endpoint: Endpoint) -> None:
    mine = resource(endpoint, GROQ)
    days, months = entries(mine, "/spend?granularity=day"), entries(mine, "/spend?granularity=month")
    assert days[-1]["start"] == datetime.now(UTC).date().isoformat()
    assert len(days) == 31
    assert len(months) == 12


@pytest.mark.parametrize("number", [0, 2**63 - 1, 2**63, 10**30])
def test_history_of_what_is_not_there(endpoint: Endpoint, account: Resource, number: int) -> None:
    for path in (f"/{number}/spend", f"/{resource(endpoint, GROQ).ids[0]}/spend"):
        response = account.ask("GET", path)
        assert response.status_code == 404
        assert error_of(response) == "Integration not found"


@pytest.mark.parametrize(
    "query",
    ["from=yesterday", "from=", "from=2026-02-30", "from=0001-01-01", "from=1999-12-31", "to=9999-12-31T23:59:59-23:59",
     "from=2026-03-02&to=2026-03-01", "from=2026-03-01&to=2026-03-01", "from=2001-01-01", "from=%00",
     "granularity=week", "granularity=", "limit=0", "limit=101", "limit=x", "cursor=", "cursor=x", "cursor=AAAA",
     "cursor=%00", "cursor=" + "A" * 201, "cursor=LTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk", "cursor=MQ", "cursor=MQ%3D%3D",
     "from=2026-03-01&from=2026-03-02"],
)  # fmt: skip
def test_a_malformed_question_is_refused_by_name(account: Resource, query: str) -> None:
    for path in (f"/{account.ids[0]}/spend", "/spend"):
        response = account.ask("GET", f"{path}?{query}")
        assert response.status_code == 422
        assert error_of(response).startswith(f"The parameter '{query.partition('=')[0]}' is malformed: ")


def test_a_cursor_is_of_its_own_kind(account: Resource) -> None:
    path = f"/{account.ids[0]}/spend?from=2026-03-01&to=2026-04-10&limit=1&granularity="
    raw = account.ask("GET", f"{path}raw").json()["next_cursor"]
    day = account.ask("GET", f"{path}day").json()["next_cursor"]
    for granularity, cursor in (("raw", day), ("day", raw), ("month", day)):
        response = account.ask("GET", f"{path}{granularity}&cursor={cursor}")
        assert response.status_code == 422
        assert "'cursor' is malformed" in error_of(response)
