"""Google's long way to a figure: a signed assertion, a token, a job that takes its time, and rows of strings."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from spend_pipeline.sandbox.server import Sandbox
from spend_pipeline.sandbox.service_accounts import new_signing_key
from spend_pipeline_tests.sandbox.conftest import Ask, Clock
from spend_pipeline_tests.sandbox.readers import exact, google_query, google_token

QUERIES = "/bigquery/v2/projects/acme/queries"


def token_for(ask: Ask, sandbox: Sandbox, account: str, fault: str = "") -> str:
    """A fresh access token of an account."""
    return str(exact(google_token(ask, sandbox.service_account(account, fault)))["access_token"])


def rows_of(ask: Ask, token: str, body: Any) -> list[dict[str, Any]]:
    """The rows of a query, polled until it is done and read page by page, as dicts."""
    answer = exact(ask("google_ai", QUERIES, token, "POST", json=body))
    job, rows = f"{QUERIES}/{answer['jobReference']['jobId']}", []
    while not answer["jobComplete"]:
        answer = exact(ask("google_ai", job, token))
    while True:
        names = [field["name"] for field in answer["schema"]["fields"]]
        rows += [
            {name: cell["v"] for name, cell in zip(names, row["f"], strict=True)} for row in answer.get("rows", [])
        ]
        if "pageToken" not in answer:
            assert len(rows) == int(answer["totalRows"])
            return rows
        answer = exact(ask("google_ai", job, token, params={"pageToken": answer["pageToken"]}))


def test_a_job_is_done_at_the_second_poll(ask: Ask, sandbox: Sandbox) -> None:
    """The first answer and the first poll have no rows; the second poll has them."""
    token = token_for(ask, sandbox, "acme")
    answers = [exact(ask("google_ai", QUERIES, token, "POST", json=google_query()))]
    job = answers[0]["jobReference"]["jobId"]
    answers += [exact(ask("google_ai", f"{QUERIES}/{job}", token)) for _ in range(2)]
    assert [answer["jobComplete"] for answer in answers] == [False, False, True]
    assert ["rows" in answer for answer in answers] == [False, False, True]


def test_figures_are_strings_and_the_day_is_part_of_the_month(ask: Ask, sandbox: Sandbox) -> None:
    """One row with currency, today, month and as_of; the month equals its days; as_of is the last full hour."""
    token = token_for(ask, sandbox, "acme")
    (row,) = rows_of(ask, token, google_query())
    (before,) = rows_of(ask, token, google_query(day="2026-02-25T00:00:00Z"))
    assert list(row) == ["currency", "today", "month", "as_of"]
    assert all(isinstance(cell, str) for cell in row.values())
    assert 0 < Decimal(row["today"]) < Decimal(before["today"]) < Decimal(row["month"]) == Decimal(before["month"])
    assert datetime.fromtimestamp(int(Decimal(row["as_of"])), UTC) == datetime(2026, 2, 26, 15, tzinfo=UTC)


def test_columns_are_only_those_asked_for(ask: Ask, sandbox: Sandbox) -> None:
    """Without AS as_of in the text there is no such column."""
    text = google_query()["query"].replace(", MAX(export_time) AS as_of", "")
    (row,) = rows_of(ask, token_for(ask, sandbox, "acme"), google_query(query=text))
    assert list(row) == ["currency", "today", "month"]


def test_an_account_with_two_currencies_has_a_row_each_on_its_own_page(ask: Ask, sandbox: Sandbox) -> None:
    """Dollars are on the first page and euros on the second."""
    rows = rows_of(ask, token_for(ask, sandbox, "two-currencies"), google_query())
    assert [row["currency"] for row in rows] == ["USD", "EUR"]


def test_a_month_without_exported_cost_has_no_row(ask: Ask, sandbox: Sandbox, clock: Clock) -> None:
    """In the first minutes of a month the export holds nothing of it, and GROUP BY gives no group."""
    clock.at = datetime(2026, 3, 1, 0, 20, tzinfo=UTC)
    token = exact(google_token(ask, sandbox.service_account("acme"), iat=1772324400, exp=1772328000))["access_token"]
    assert rows_of(ask, token, google_query(day="2026-03-01T00:00:00Z", month="2026-03-01T00:00:00Z")) == []


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "https://oauth2.googleapis.com/token"},
        {"iat": 1772100000, "exp": 1772103600},
        {"iss": "someone@elsewhere"},
    ],
    ids=["another audience", "expired", "unknown account"],
)
def test_a_wrong_claim_is_an_invalid_grant(ask: Ask, sandbox: Sandbox, claims: dict[str, object]) -> None:
    """A well-signed assertion with a wrong claim gets 400 and no token."""
    response = google_token(ask, sandbox.service_account("acme"), **claims)
    assert (response.status_code, response.json()["error"]) == (400, "invalid_grant")


def test_another_key_s_signature_is_an_invalid_grant(ask: Ask, sandbox: Sandbox) -> None:
    """The right claims signed by a key that is not the service account's are refused."""
    forged = json.loads(sandbox.service_account("acme")) | {"private_key": new_signing_key().pem}
    response = google_token(ask, json.dumps(forged))
    assert (response.status_code, response.json()["error_description"]) == (400, "Invalid JWT Signature.")


def test_garbage_is_an_invalid_grant(ask: Ask) -> None:
    """An assertion that is no JWT gets 400, not a crash."""
    form = {"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": "a.b.c"}
    response = ask("google_ai", "/token", method="POST", data=form)
    assert (response.status_code, response.json()["error"]) == (400, "invalid_grant")


def test_a_query_for_another_table_or_project_is_refused(ask: Ask, sandbox: Sandbox) -> None:
    """An unknown table is 404 notFound, an unknown project 403 accessDenied, a query without its parameters 400."""
    token = token_for(ask, sandbox, "acme")

    def refusal(path: str, body: Any) -> tuple[int, str]:
        response = ask("google_ai", path, token, "POST", json=body)
        return response.status_code, response.json()["error"]["errors"][0]["reason"]

    assert refusal(QUERIES, google_query(query="SELECT 1 FROM `acme.billing.other`")) == (404, "notFound")
    assert refusal("/bigquery/v2/projects/other/queries", google_query()) == (403, "accessDenied")
    assert refusal(QUERIES, {"query": "SELECT 1"}) == (400, "invalidQuery")


def test_a_job_is_its_owner_s(ask: Ask, sandbox: Sandbox) -> None:
    """Another account's token does not find the job."""
    job = exact(ask("google_ai", QUERIES, token_for(ask, sandbox, "acme"), "POST", json=google_query()))["jobReference"]
    response = ask("google_ai", f"{QUERIES}/{job['jobId']}", token_for(ask, sandbox, "demo"))
    assert response.status_code == 404


def test_a_fault_stands_in_the_e_mail_address(ask: Ask, sandbox: Sandbox) -> None:
    """Without a route the token is refused already; with one, only the query is."""
    at_token = google_token(ask, sandbox.service_account("acme", "status-503"))
    assert (at_token.status_code, at_token.json()["error"]) == (503, "temporarily_unavailable")
    token = token_for(ask, sandbox, "acme", "status-403-on-queries")
    at_query = ask("google_ai", QUERIES, token, "POST", json=google_query())
    assert (at_query.status_code, at_query.json()["error"]["status"]) == (403, "PERMISSION_DENIED")


def test_nan_stands_in_a_money_cell(ask: Ask, sandbox: Sandbox) -> None:
    """The nan fault spoils the first figure and leaves the currency alone."""
    token = token_for(ask, sandbox, "acme", "nan")
    answer = exact(ask("google_ai", QUERIES, token, "POST", json=google_query()))
    job = f"{QUERIES}/{answer['jobReference']['jobId']}"
    ask("google_ai", job, token)
    cells = [cell["v"] for cell in exact(ask("google_ai", job, token))["rows"][0]["f"]]
    assert cells[:2] == ["USD", "NaN"]
